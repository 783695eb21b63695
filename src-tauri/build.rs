//! Prepares the window's build: what tauri generates goes to `OUT_DIR`, never to the repository's
//! root, and a clone whose interface was not built yet still compiles, with a page that says so.

use std::{env, fs, io, path::Path, path::PathBuf};

/// The commands the page may call; capabilities in `tauri.conf.json` name the same ones.
const COMMANDS: &[&str] = &[
    "call",
    "subscribe",
    "pick_torrents",
    "pick_folder",
    "pick_content",
    "save_file",
    "open",
    "reveal",
    "reveal_watched",
    "desk",
];

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<title>Shoal</title>\n\
    <p>The interface is not built yet. Start Shoal with <code>./x run</code>, which builds it first.</p>\n\
    </html>\n";

fn main() {
    if let Err(e) = prepare() {
        println!("cargo::error={e}");
        std::process::exit(1);
    }
}

fn prepare() -> Result<(), Box<dyn std::error::Error>> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?);
    let work = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?).join("tauri");
    let dist = root.join("ui/dist");
    ensure_page(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    // tauri-build writes next to the working directory and reads the manifest from there.
    fs::create_dir_all(&work)?;
    fs::copy(root.join("Cargo.toml"), work.join("Cargo.toml"))?;
    println!(
        "cargo::rerun-if-changed={}",
        root.join("Cargo.toml").display()
    );
    env::set_current_dir(&work)?;
    // The pattern matches nothing. Without it tauri-build asks cargo to watch a folder that does
    // not exist, and every build would start anew.
    let manifest = tauri_build::AppManifest::new()
        .permissions_path_pattern("permissions/extra/*")
        .commands(COMMANDS);
    let windows =
        tauri_build::WindowsAttributes::new().window_icon_path(root.join("icons/icon.ico"));
    let attributes = tauri_build::Attributes::new()
        .config_path(root.join("tauri.conf.json"))
        .windows_attributes(windows)
        .app_manifest(manifest);
    tauri_build::try_build(attributes).map_err(|e| format!("{e:#}"))?;
    Ok(())
}

fn ensure_page(dist: &Path) -> io::Result<()> {
    let page = dist.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(dist)?;
    fs::write(page, PLACEHOLDER)
}
