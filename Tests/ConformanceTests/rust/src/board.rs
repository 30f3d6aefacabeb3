use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::watch;

use crate::messages::interop::Ending;

/// What is known of the calls that carry a tag: nothing, that they run, or how they ended.
#[derive(Default)]
pub struct Board {
    calls: Mutex<HashMap<String, watch::Sender<Option<Ending>>>>,
}

impl Board {
    fn change(&self, tag: &str, ending: Option<Ending>) {
        let mut calls = self.calls.lock().unwrap();
        let call = calls.entry(tag.to_string()).or_insert_with(|| watch::channel(None).0);
        call.send_replace(ending);
    }

    /// Waits until the call has begun and, if asked for, ended.
    pub async fn wait(&self, tag: &str, accepts: impl Fn(Ending) -> bool) -> Ending {
        let mut receiver = {
            let mut calls = self.calls.lock().unwrap();
            let call = calls.entry(tag.to_string()).or_insert_with(|| watch::channel(None).0);
            call.subscribe()
        };
        loop {
            if let Some(ending) = *receiver.borrow_and_update() {
                if accepts(ending) {
                    return ending;
                }
            }
            receiver.changed().await.expect("the board outlives its calls");
        }
    }

    pub fn begin<'a>(&'a self, tag: &str) -> Note<'a> {
        self.change(tag, Some(Ending::ENDING_UNSPECIFIED));
        Note { board: self, tag: tag.to_string(), ending: Ending::ENDING_CANCELLED }
    }
}

/// Says how a call ended when it is dropped: cancelled, unless told otherwise, because the library
/// drops the handlers of calls that nobody waits for.
pub struct Note<'a> {
    board: &'a Board,
    tag: String,
    pub ending: Ending,
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        if !self.tag.is_empty() {
            self.board.change(&self.tag, Some(self.ending));
        }
    }
}
