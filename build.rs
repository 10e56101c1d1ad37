//! Builds again when a lesson or a text is added: files that are embedded already are followed by the compiler itself,
//! new ones are not.

fn main() {
    println!("cargo:rerun-if-changed=lessons");
    println!("cargo:rerun-if-changed=locales");
}
