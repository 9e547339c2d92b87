//! Pages that were built, or built anew, are a reason to build the binary that holds them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../web/dist");
}
