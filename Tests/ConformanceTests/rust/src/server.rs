use std::collections::HashMap;
use std::os::unix::io::{AsRawFd, RawFd};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::Stream;
use protobuf::Message;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use ttrpc::asynchronous::{convert_response_to_buf, MethodHandler, Server, TtrpcContext};
use ttrpc::error::get_status;
use ttrpc::{Code, Request, Response, Status};

use crate::board::Board;
use crate::messages::interop::{
    Empty, Ending, MetadataEntry, OutcomeResponse, SimpleRequest, SimpleResponse, Tag,
};
use crate::{CONTROL, INTEROP, USER_PREFIX};

#[derive(Clone, Copy)]
enum Method {
    EmptyCall,
    UnaryCall,
    Begun,
    Outcome,
    Drain,
}

struct Handler {
    method: Method,
    board: Arc<Board>,
    drain: Arc<Notify>,
}

#[async_trait]
impl MethodHandler for Handler {
    async fn handler(&self, context: TtrpcContext, request: Request) -> ttrpc::Result<(u32, Vec<u8>)> {
        let mut response = Response::new();
        match self.answer(&context, &request.payload).await {
            Ok(payload) => response.set_payload(payload),
            Err(status) => response.set_status(status),
        }
        Ok((context.mh.stream_id, convert_response_to_buf(response)?))
    }
}

impl Handler {
    async fn answer(&self, context: &TtrpcContext, payload: &[u8]) -> Result<Vec<u8>, Status> {
        match self.method {
            Method::EmptyCall => encode(&Empty::new()),
            Method::UnaryCall => self.unary_call(context, decode(payload)?).await,
            Method::Begun => {
                let tag: Tag = decode(payload)?;
                self.board.wait(tag.get_tag(), |_| true).await;
                encode(&Empty::new())
            }
            Method::Outcome => {
                let tag: Tag = decode(payload)?;
                let has_ended = |ending| ending != Ending::ENDING_UNSPECIFIED;
                let mut response = OutcomeResponse::new();
                response.set_ending(self.board.wait(tag.get_tag(), has_ended).await);
                encode(&response)
            }
            Method::Drain => {
                self.drain.notify_one();
                encode(&Empty::new())
            }
        }
    }

    async fn unary_call(
        &self,
        context: &TtrpcContext,
        request: SimpleRequest,
    ) -> Result<Vec<u8>, Status> {
        let mut note = self.board.begin(request.get_tag());
        tokio::time::sleep(Duration::from_millis(request.get_delay_ms().into())).await;
        let answer = respond(context, &request);
        note.ending = match answer {
            Ok(_) => Ending::ENDING_COMPLETED,
            Err(_) => Ending::ENDING_FAILED,
        };
        answer
    }
}

fn respond(context: &TtrpcContext, request: &SimpleRequest) -> Result<Vec<u8>, Status> {
    let wanted = request.get_response_status();
    if wanted.get_code() != 0 {
        let mut status = Status::new();
        status.set_code(code(wanted.get_code()));
        status.set_message(wanted.get_message().to_string());
        return Err(status);
    }
    let mut response = SimpleResponse::new();
    response.set_payload(vec![0; request.get_response_size() as usize]);
    let first = |key: &str| context.metadata.get(key).and_then(|values| values.first());
    for key in request.get_echo_metadata() {
        if let Some(value) = first(key) {
            let mut entry = MetadataEntry::new();
            entry.set_key(key.clone());
            entry.set_value(value.clone());
            response.mut_metadata().push(entry);
        }
    }
    if request.get_fill_username() {
        let user = first("authorization").and_then(|value| value.strip_prefix(USER_PREFIX));
        let missing = || get_status(Code::UNAUTHENTICATED, "this call needs a token");
        response.set_username(user.ok_or_else(missing)?.to_string());
    }
    encode(&response)
}

fn code(number: i32) -> Code {
    protobuf::ProtobufEnum::from_i32(number).unwrap_or(Code::UNKNOWN)
}

fn encode(message: &impl Message) -> Result<Vec<u8>, Status> {
    message.write_to_bytes().map_err(|error| get_status(Code::INTERNAL, error))
}

fn decode<M: Message>(payload: &[u8]) -> Result<M, Status> {
    M::parse_from_bytes(payload).map_err(|error| get_status(Code::INVALID_ARGUMENT, error))
}

/// The library listens on Unix and VM sockets; it takes connections of any other kind from a
/// stream of them.
struct Incoming(TcpListener);

impl Stream for Incoming {
    type Item = std::io::Result<TcpStream>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_accept(context).map(|accepted| Some(accepted.map(|(stream, _)| stream)))
    }
}

impl AsRawFd for Incoming {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Returns when a client has asked to drain and that is done.
pub async fn serve(address: &str) -> bool {
    let board = Arc::new(Board::default());
    let drain = Arc::new(Notify::new());
    let mut methods: HashMap<String, Box<dyn MethodHandler + Send + Sync>> = HashMap::new();
    for (service, name, method) in [
        (INTEROP, "EmptyCall", Method::EmptyCall),
        (INTEROP, "UnaryCall", Method::UnaryCall),
        (CONTROL, "Begun", Method::Begun),
        (CONTROL, "Outcome", Method::Outcome),
        (CONTROL, "Drain", Method::Drain),
    ] {
        let handler = Handler { method, board: board.clone(), drain: drain.clone() };
        methods.insert(format!("/{service}/{name}"), Box::new(handler));
    }
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("{address}: {error}");
            return false;
        }
    };
    let address = listener.local_addr().expect("a bound listener has an address");
    let descriptor = listener.as_raw_fd();
    let mut server = Server::new().register_service(methods);
    if let Err(error) = server.do_start(descriptor, Incoming(listener)).await {
        eprintln!("{error}");
        return false;
    }
    println!("listening on {address}");
    drain.notified().await;
    let is_done = server.shutdown().await.is_ok();
    // The library does not wait for its writers, which may still have the last answers.
    tokio::time::sleep(Duration::from_millis(500)).await;
    is_done
}
