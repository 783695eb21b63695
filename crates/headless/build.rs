//! Sees to it that there is a page to embed: a clone whose interface was not built yet still
//! compiles, with a page that says so.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<title>Shoal</title>\n\
    <p>The interface is not built yet. Start Shoal with <code>./x run</code>, which builds it first.</p>\n\
    </html>\n";

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = here.join("../../ui/dist");
    if let Err(e) = ensure_page(&dist) {
        println!("cargo::error=cannot write {}: {e}", dist.display());
    }
    println!("cargo::rerun-if-changed={}", dist.display());
}

fn ensure_page(dist: &Path) -> io::Result<()> {
    let page = dist.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(dist)?;
    fs::write(page, PLACEHOLDER)
}
