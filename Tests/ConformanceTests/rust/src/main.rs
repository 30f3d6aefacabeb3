//! A server of the interop calls and a client that runs the cases, on Debian's ttrpc 0.5.2, which
//! knows unary calls only.
//!
//!     ttrpc-interop server HOST:PORT
//!     ttrpc-interop client HOST:PORT [CASE...]

mod board;
mod cases;
mod endings;
mod messages {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}
mod server;

const INTEROP: &str = "wardline.interop.v1.Interop";
const CONTROL: &str = "wardline.interop.v1.Control";
const USER_PREFIX: &str = "Bearer interop-";

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let passed = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server", address] => server::serve(address).await,
        ["client", address, ref names @ ..] => cases::run(address, names).await,
        _ => {
            println!("usage: ttrpc-interop server|client HOST:PORT [CASE...]");
            false
        }
    };
    std::process::exit(i32::from(!passed));
}
