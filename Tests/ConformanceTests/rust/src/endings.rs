use std::time::{Duration, SystemTime};

use protobuf::Message;
use ttrpc::asynchronous::Client;
use ttrpc::Code;

use crate::cases::{call, connect, empty, expect_code, unary, Outcome};
use crate::messages::interop::{Empty, Ending, OutcomeResponse, SimpleRequest, Tag};
use crate::CONTROL;

const PATIENCE: Duration = Duration::from_secs(30);

fn new_tag() -> Tag {
    let mut tag = Tag::new();
    tag.set_tag(format!("rust-{:?}", SystemTime::now()));
    tag
}

fn slow_request(tag: &Tag, milliseconds: u32) -> SimpleRequest {
    let mut request = SimpleRequest::new();
    request.set_tag(tag.get_tag().to_string());
    request.set_delay_ms(milliseconds);
    request
}

async fn has_begun(client: &Client, tag: &Tag) -> Outcome {
    expect_code(call(client, (CONTROL, "Begun"), tag, &[], PATIENCE).await, Code::OK)
}

async fn expect_cancelled(client: &Client, tag: &Tag) -> Outcome {
    let payload = call(client, (CONTROL, "Outcome"), tag, &[], PATIENCE).await;
    let payload = payload.map_err(|error| format!("{error:?}"))?;
    let response = OutcomeResponse::parse_from_bytes(&payload).map_err(|e| e.to_string())?;
    match response.get_ending() {
        Ending::ENDING_CANCELLED => Ok(()),
        other => Err(format!("the handler ended with {other:?}")),
    }
}

pub async fn timeout(client: &Client) -> Outcome {
    let tag = new_tag();
    let request = slow_request(&tag, 60_000);
    let result = unary(client, &request, &[], Duration::from_millis(100)).await;
    expect_code(result, Code::DEADLINE_EXCEEDED)?;
    expect_cancelled(client, &tag).await
}

/// Gives a call up. The server learns of it when the connection closes.
pub async fn cancel_after_begin(client: Client, address: &str) -> Outcome {
    let tag = new_tag();
    let request = slow_request(&tag, 60_000);
    tokio::select! {
        result = unary(&client, &request, &[], Duration::ZERO) => {
            return Err(format!("the call ended: {result:?}"));
        }
        begun = has_begun(&client, &tag) => begun?,
    }
    empty(&client).await?;
    drop(client);
    expect_cancelled(&connect(address)?, &tag).await
}

/// What runs is finished; then nobody answers any more.
pub async fn graceful_shutdown(client: Client, address: &str) -> Outcome {
    let tag = new_tag();
    let request = slow_request(&tag, 300);
    let drain = async {
        has_begun(&client, &tag).await?;
        let result = call(&client, (CONTROL, "Drain"), &Empty::new(), &[], PATIENCE).await;
        expect_code(result, Code::OK)
    };
    let (slow, drained) = tokio::join!(unary(&client, &request, &[], PATIENCE), drain);
    drained?;
    expect_code(slow, Code::OK)?;
    drop(client);
    let until = tokio::time::Instant::now() + PATIENCE;
    while connect(address).is_ok() {
        if tokio::time::Instant::now() > until {
            return Err("the server still accepts connections".to_string());
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}
