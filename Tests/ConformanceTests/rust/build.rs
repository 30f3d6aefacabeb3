//! Generates the messages of the interop calls.

use std::{env, fs, path::Path};

fn main() {
    let protos = "../../InteropProtos";
    let proto = format!("{protos}/interop.proto");
    println!("cargo:rerun-if-changed={proto}");
    let out = env::var("OUT_DIR").expect("cargo says where to");
    fs::write(Path::new(&out).join("mod.rs"), "pub mod interop;").expect("a file");
    protobuf_codegen_pure::Codegen::new()
        .out_dir(&out)
        .inputs(&[proto.as_str()])
        .include(protos)
        .run()
        .expect("the generator");
}
