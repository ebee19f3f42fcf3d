//! Stylesheet, script and icon, embedded in the program and served under a path that names their content, so that
//! browsers may keep them for ever. `gateway/assets/build` makes them.

use std::{fmt::Write, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use ring::digest::{Context, SHA256};

use super::{Web, problem::Problem};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

macro_rules! assets {
    ($($name:literal is $kind:ident),+ $(,)?) => {
        &[$(Asset { name: $name, kind: $kind, bytes: include_bytes!(concat!("../../assets/dist/", $name)) }),+]
    };
}

/// A file that pages point to.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: &[Asset] = assets![
    "stylesheet.css" is CSS,
    "govuk-frontend.min.js" is SCRIPT,
    "start.js" is SCRIPT,
    "favicon.svg" is SVG,
    "LICENCE-govuk-frontend.txt" is TEXT,
];

/// One digest of all files: scripts find each other in the same folder.
static CONTENT: LazyLock<String> = LazyLock::new(|| {
    let mut context = Context::new(&SHA256);
    for asset in ASSETS {
        context.update(asset.bytes);
    }
    hex(&context.finish().as_ref()[..8])
});

/// Where a browser finds a file.
pub(super) fn path(name: &str) -> String {
    format!("/assets/{}/{name}", *CONTENT)
}

/// The files' routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/assets/{content}/{name}", get(serve))
}

async fn serve(Path((content, name)): Path<(String, String)>) -> Response {
    let found = ASSETS.iter().find(|asset| asset.name == name && content == *CONTENT);
    let Some(asset) = found else { return Problem::NotFound.into_response() };
    let headers = [
        (CONTENT_TYPE, asset.kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (StatusCode::OK, headers, asset.bytes).into_response()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use ring::digest::digest;

    use super::*;

    const CHECKSUMS: &str = include_str!("../../assets/dist/checksums.txt");

    #[test]
    fn every_file_is_the_one_whose_checksum_was_recorded() {
        let recorded: Vec<_> = CHECKSUMS.lines().filter_map(|line| line.split_once("  ")).collect();
        assert_eq!(recorded.len(), ASSETS.len());
        for (checksum, name) in recorded {
            let asset = ASSETS.iter().find(|asset| asset.name == name).expect("recorded files are embedded");
            assert_eq!(hex(digest(&SHA256, asset.bytes).as_ref()), checksum, "{name}");
        }
    }

    #[test]
    fn the_stylesheet_asks_for_no_font_or_picture_of_the_crown() {
        let stylesheet = std::str::from_utf8(ASSETS[0].bytes).expect("text").to_lowercase();
        for word in ["transport", "crest", "url(", "@import"] {
            assert!(!stylesheet.contains(word), "{word}");
        }
    }
}
