//! `GET /files/{file}`

use crate::http::{Api, Id, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_kernel::{FileId, Problem};

/// The signature of the address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Signature {
    /// The viewer.
    pub v: String,
    /// When the address stops working, seconds since 1970.
    pub e: i64,
    /// The signature.
    pub s: String,
}

/// A picture, clip or file, by an address that was signed for one viewer and holds for some hours. A file comes as a download,
/// whatever it says that it is.
#[utoipa::path(get, path = "/files/{file}", tag = "conversation",
    params(("file" = String, Path, description = "The file"), Signature),
    responses((status = 200, description = "The picture, clip or file", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn open_file(
    State(api): State<Api>,
    Id(file): Id<FileId>,
    Params(signature): Params<Signature>,
    request: HeaderMap,
) -> Answer<Response> {
    let viewer = signature.v.parse().map_err(|_| Problem::not_found("picture"))?;
    let (row, bytes) = yingke_app::file::open(&api.house, file, viewer, signature.e, &signature.s).await?;
    let is_shown = row.width > 0 || row.secs > 0;
    let (kind, disposition) = if is_shown {
        (row.kind, "inline".to_owned())
    } else {
        // The sender's word for the type is for the eye only: a browser that believed it might show the file.
        ("application/octet-stream".to_owned(), attachment(&row.name))
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        // The address holds for one viewer and for some hours; so does the copy in that viewer's browser.
        (
            header::CACHE_CONTROL,
            "private, max-age=21600, immutable".to_owned(),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let range = request.get(header::RANGE).and_then(|v| v.to_str().ok());
    match range.and_then(|text| part(text, bytes.len())) {
        // Some browsers play sound only if they get it in parts.
        Some((from, to)) => {
            let of = format!("bytes {from}-{}/{}", to - 1, bytes.len());
            let piece: Bytes = bytes.slice(from..to);
            let headers = (headers, [(header::CONTENT_RANGE, of)]);
            Ok((StatusCode::PARTIAL_CONTENT, headers.0, headers.1, piece).into_response())
        }
        None => Ok((headers, bytes).into_response()),
    }
}

/// `attachment` with the name for old and new readers (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " ._-()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The one part that is asked for (`bytes=from-to`, end included, either end open); anything else gets the whole.
fn part(range: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.trim(), to.trim()) {
        ("", last) => (length.checked_sub(last.parse().ok()?)?, length),
        (from, "") => (from.parse().ok()?, length),
        (from, to) => (
            from.parse().ok()?,
            to.parse::<usize>().ok()?.checked_add(1)?.min(length),
        ),
    };
    (from < to && to <= length).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_whole_and_breaks_no_header() {
        assert_eq!(
            attachment("报价 1.pdf"),
            "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%201.pdf"
        );
        assert!(!attachment("a\";x=\"\r\n").contains('\r'));
        assert_eq!(attachment("a\"b").matches('"').count(), 2);
    }

    #[test]
    fn a_part_is_what_was_asked_for_or_nothing() {
        for (range, part_of_ten) in [
            ("bytes=0-3", Some((0, 4))),
            ("bytes=4-", Some((4, 10))),
            ("bytes=-3", Some((7, 10))),
            ("bytes=0-99", Some((0, 10))),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-99", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(part(range, 10), part_of_ten, "{range}");
        }
    }
}
