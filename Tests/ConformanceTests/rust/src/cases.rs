use std::collections::HashMap;
use std::future::Future;
use std::os::unix::io::IntoRawFd;
use std::time::Duration;

use protobuf::Message;
use ttrpc::asynchronous::Client;
use ttrpc::{Code, Request};

use crate::endings;
use crate::messages::interop::{EchoStatus, Empty, SimpleRequest, SimpleResponse};
use crate::{INTEROP, USER_PREFIX};

const LARGE_REQUEST: usize = 271_828;
const LARGE_RESPONSE: u32 = 314_159;
const HANDLERS_MAX: usize = 64;
const SPECIAL_MESSAGE: &str =
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n";
const PATIENCE: Duration = Duration::from_secs(30);

/// What went wrong; empty results are good ones.
pub type Outcome = Result<(), String>;

const NAMES: &[&str] = &[
    "empty_unary",
    "large_unary",
    "custom_metadata",
    "status_code_and_message",
    "special_status_message",
    "unimplemented_method",
    "unimplemented_service",
    "timeout_on_sleeping_server",
    "concurrent_large_unary",
    "rpc_soak",
    "channel_soak",
    "cancel_after_begin",
    "per_rpc_creds",
    "stream_limit",
    "graceful_shutdown",
];

pub async fn run(address: &str, names: &[&str]) -> bool {
    let mut passed = true;
    for name in if names.is_empty() { NAMES } else { names } {
        match run_case(address, name).await {
            Ok(()) => println!("PASS {name}"),
            Err(error) => {
                passed = false;
                println!("FAIL {name}: {error}");
            }
        }
    }
    passed
}

async fn run_case(address: &str, name: &str) -> Outcome {
    let client = connect(address)?;
    match name {
        "empty_unary" => empty(&client).await,
        "large_unary" => large(&client).await,
        "custom_metadata" => custom_metadata(&client).await,
        "status_code_and_message" => ends_with(&client, "test status message").await,
        "special_status_message" => ends_with(&client, SPECIAL_MESSAGE).await,
        "unimplemented_method" => unimplemented(&client, INTEROP).await,
        "unimplemented_service" => {
            unimplemented(&client, "wardline.interop.v1.Unimplemented").await
        }
        "timeout_on_sleeping_server" => endings::timeout(&client).await,
        "concurrent_large_unary" => {
            let calls = (0..32).map(|_| large(&client));
            futures::future::try_join_all(calls).await.map(drop)
        }
        "rpc_soak" => {
            for _ in 0..200 {
                large(&client).await?;
            }
            Ok(())
        }
        "channel_soak" => {
            for _ in 0..50 {
                large(&connect(address)?).await?;
            }
            Ok(())
        }
        "cancel_after_begin" => endings::cancel_after_begin(client, address).await,
        "per_rpc_creds" => credentials(&client).await,
        "stream_limit" => stream_limit(&client).await,
        "graceful_shutdown" => endings::graceful_shutdown(client, address).await,
        _ => Err("no such case".to_string()),
    }
}

/// The library connects to Unix and VM sockets by itself, and takes any other that is open.
pub fn connect(address: &str) -> Result<Client, String> {
    let stream = std::net::TcpStream::connect(address).map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    Ok(Client::new(stream.into_raw_fd()))
}

/// One call; what the library does not turn into a status is UNKNOWN here.
pub async fn call(
    client: &Client,
    (service, method): (&str, &str),
    message: &impl Message,
    metadata: &[(&str, &str)],
    timeout: Duration,
) -> Result<Vec<u8>, (Code, String)> {
    let mut request = Request::new();
    request.set_service(service.to_string());
    request.set_method(method.to_string());
    request.set_timeout_nano(timeout.as_nanos() as i64);
    request.set_payload(message.write_to_bytes().map_err(|e| (Code::INTERNAL, e.to_string()))?);
    let pairs = metadata.iter().map(|(key, value)| (key.to_string(), vec![value.to_string()]));
    request.set_metadata(ttrpc::context::to_pb(pairs.collect::<HashMap<_, _>>()));
    // The library lets calls wait for ever when the connection is lost.
    let limit = Duration::from_secs(40);
    let mut client = client.clone();
    let answer = tokio::time::timeout(limit, client.request(request)).await;
    match answer.unwrap_or_else(|_| Err(ttrpc::Error::Others("no answer".to_string()))) {
        Ok(mut response) => Ok(response.take_payload()),
        Err(ttrpc::Error::RpcStatus(status)) => {
            Err((status.get_code(), status.get_message().to_string()))
        }
        Err(error) => Err((Code::UNKNOWN, error.to_string())),
    }
}

pub async fn unary(
    client: &Client,
    request: &SimpleRequest,
    metadata: &[(&str, &str)],
    timeout: Duration,
) -> Result<SimpleResponse, (Code, String)> {
    let payload = call(client, (INTEROP, "UnaryCall"), request, metadata, timeout).await?;
    SimpleResponse::parse_from_bytes(&payload).map_err(|e| (Code::INTERNAL, e.to_string()))
}

pub fn expect_code<T>(result: Result<T, (Code, String)>, wanted: Code) -> Outcome {
    let (code, message) = result.err().unwrap_or((Code::OK, String::new()));
    if code == wanted {
        return Ok(());
    }
    Err(format!("expected {wanted:?}, saw {code:?}: {message}"))
}

pub async fn empty(client: &Client) -> Outcome {
    let result = call(client, (INTEROP, "EmptyCall"), &Empty::new(), &[], PATIENCE).await;
    expect_code(result, Code::OK)
}

async fn large(client: &Client) -> Outcome {
    let mut request = SimpleRequest::new();
    request.set_payload(vec![0; LARGE_REQUEST]);
    request.set_response_size(LARGE_RESPONSE);
    let response = unary(client, &request, &[], PATIENCE).await.map_err(|e| format!("{e:?}"))?;
    match response.get_payload().len() {
        size if size == LARGE_RESPONSE as usize => Ok(()),
        size => Err(format!("{size} bytes")),
    }
}

async fn custom_metadata(client: &Client) -> Outcome {
    let entry = ("x-wardline-interop-echo", "interop metadata value");
    let mut request = SimpleRequest::new();
    request.mut_echo_metadata().push(entry.0.to_string());
    let response = unary(client, &request, &[entry], PATIENCE).await.map_err(|e| format!("{e:?}"))?;
    let seen: Vec<_> = response.get_metadata().iter().map(|e| (e.get_key(), e.get_value())).collect();
    if seen == [entry] { Ok(()) } else { Err(format!("metadata {seen:?}")) }
}

async fn ends_with(client: &Client, message: &str) -> Outcome {
    let mut status = EchoStatus::new();
    status.set_code(2);
    status.set_message(message.to_string());
    let mut request = SimpleRequest::new();
    request.set_response_status(status);
    match unary(client, &request, &[], PATIENCE).await {
        Err((Code::UNKNOWN, seen)) if seen == message => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

async fn unimplemented(client: &Client, service: &str) -> Outcome {
    let result = call(client, (service, "UnimplementedCall"), &Empty::new(), &[], PATIENCE).await;
    expect_code(result, Code::UNIMPLEMENTED)
}

async fn credentials(client: &Client) -> Outcome {
    let mut request = SimpleRequest::new();
    request.set_fill_username(true);
    let token = format!("{USER_PREFIX}ada");
    match unary(client, &request, &[("authorization", &token)], PATIENCE).await {
        Ok(response) if response.get_username() == "ada" => {}
        other => return Err(format!("{other:?}")),
    }
    expect_code(unary(client, &request, &[], PATIENCE).await, Code::UNAUTHENTICATED)
}

/// One call more than may run, of which just one is refused.
async fn stream_limit(client: &Client) -> Outcome {
    let mut request = SimpleRequest::new();
    request.set_delay_ms(1000);
    let calls = (0..=HANDLERS_MAX).map(|_| refused(unary(client, &request, &[], PATIENCE)));
    let refused = futures::future::try_join_all(calls).await?.into_iter().filter(|one| *one).count();
    if refused == 1 { Ok(()) } else { Err(format!("{refused} calls refused")) }
}

async fn refused<T>(
    call: impl Future<Output = Result<T, (Code, String)>>,
) -> Result<bool, String> {
    match call.await {
        Ok(_) => Ok(false),
        Err((Code::RESOURCE_EXHAUSTED, _)) => Ok(true),
        Err(error) => Err(format!("{error:?}")),
    }
}
