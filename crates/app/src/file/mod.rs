//! Pictures: decoded within limits, written anew (so that nothing but pixels survives), served by addresses signed per viewer.

mod drawn;

use crate::{Caller, House, Problem, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
pub use drawn::{Drawn, keep_drawn};
use hmac::{Hmac, KeyInit, Mac};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, metadata::Orientation};
use sha2::Sha256;
use std::io::Cursor;
use std::path::PathBuf;
use uuid::Uuid;
use yingke_kernel::{FileId, ProblemKind, ShopId, Stamp, ThreadId};
pub use yingke_store::file::FileAbout;
use yingke_store::file::{FileRow, get, insert};
use yingke_store::{Lane, Tx};

/// Largest upload in bytes.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most pixels.
const PIXELS_MAX: u64 = 40_000_000;
/// A longer side is scaled down to this.
const SIDE_MAX: u32 = 2_560;
/// Signed addresses change at this pace, so that browsers can cache them meanwhile.
const SIGN_STEP_SECS: i64 = 6 * 3600;

fn not_a_picture(detail: impl Into<String>) -> Problem {
    Problem::invalid("not_a_picture", detail)
}

/// Decodes and writes anew: JPEG for opaque pictures, PNG for those with transparency. No metadata survives.
fn clean(bytes: &[u8]) -> Result<(Vec<u8>, &'static str, u32, u32)> {
    use image::ImageDecoder;
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| not_a_picture(e.to_string()))?;
    match reader.format() {
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) => {}
        _ => {
            return Err(not_a_picture(
                "this is no JPEG, PNG, WebP or GIF; save it as one of them",
            ));
        }
    }
    let (width, height) = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()
        .and_then(|r| r.into_dimensions().ok())
        .ok_or_else(|| not_a_picture("the picture is damaged; save it anew"))?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            "picture_too_large",
            "a picture has at most 40 megapixels; make it smaller",
        ));
    }
    let mut reader = reader;
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    reader.limits(limits);
    let mut decoder = reader
        .into_decoder()
        .map_err(|_| not_a_picture("the picture is damaged; save it anew"))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)
        .map_err(|_| not_a_picture("the picture is damaged; save it anew"))?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > SIDE_MAX {
        picture = picture.thumbnail(SIDE_MAX, SIDE_MAX);
    }
    let transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|p| p.0[3] < 255);
    let mut out = Cursor::new(Vec::new());
    let kind = if transparent { "image/png" } else { "image/jpeg" };
    let written = if transparent {
        picture.write_to(&mut out, ImageFormat::Png)
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 88);
        picture.to_rgb8().write_with_encoder(encoder)
    };
    written.map_err(|e| {
        tracing::error!(error = %e, "a picture could not be written");
        Problem::new(
            ProblemKind::Internal,
            "internal",
            "the picture could not be stored",
        )
    })?;
    Ok((out.into_inner(), kind, picture.width(), picture.height()))
}

fn path(house: &House, id: FileId) -> PathBuf {
    let name = id.to_string();
    house
        .data_dir()
        .join("files")
        .join(&name[name.len() - 2..])
        .join(name)
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "a picture could not be kept");
    Problem::new(
        ProblemKind::Unavailable,
        "file_not_kept",
        "the server could not keep the picture; its disk may be full",
    )
}

/// Keeps a picture for a message to come.
pub async fn store_picture(house: &House, caller: &Caller, shop: ShopId, bytes: Bytes) -> Result<FileRow> {
    let thread = match caller {
        Caller::Guest(guest) => Some(guest.thread),
        Caller::Staff(_) => None,
    };
    keep_picture(house, shop, caller.author(), thread, bytes).await
}

/// Keeps a picture, written anew.
pub(crate) async fn keep_picture(
    house: &House,
    shop: ShopId,
    author: Uuid,
    thread: Option<ThreadId>,
    bytes: Bytes,
) -> Result<FileRow> {
    if bytes.len() > BYTES_MAX {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            "picture_too_large",
            "a picture has at most 10 MiB; make it smaller",
        ));
    }
    let (clean, kind, width, height) = tokio::task::spawn_blocking(move || clean(&bytes))
        .await
        .map_err(|_| not_a_picture("the picture cannot be read; save it anew"))??;
    let now = house.now();
    let row = FileRow {
        id: FileId::new(now),
        shop,
        thread,
        author,
        kind: kind.to_owned(),
        width: i64::from(width),
        height: i64::from(height),
        bytes: clean.len() as i64,
        name: String::new(),
        secs: 0,
    };
    let place = path(house, row.id);
    tokio::task::spawn_blocking(move || write_durably(&place, &clean))
        .await
        .map_err(|e| failed(&std::io::Error::other(e)))?
        .map_err(|e| failed(&e))?;
    let kept = row.clone();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| insert(tx, &kept, now))
        .await?;
    Ok(row)
}

/// Bytes first, name second, folder last: a picture that the database knows is whole.
fn write_durably(place: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let folder = place
        .parent()
        .ok_or_else(|| std::io::Error::other("a picture has a folder"))?;
    std::fs::create_dir_all(folder)?;
    let new = place.with_extension("new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, place)?;
    std::fs::File::open(folder)?.sync_all()
}

fn tag(secret: &[u8], id: FileId, viewer: Uuid, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(id.0.as_bytes());
    mac.update(viewer.as_bytes());
    mac.update(&until.to_be_bytes());
    Some(mac)
}

/// Address of a picture for one viewer; the same for some hours. `None` if the shop is unknown.
pub fn signed_path(house: &House, shop: ShopId, id: FileId, viewer: Uuid) -> Option<String> {
    let directory = house.directory();
    let secret = &directory.shop(shop)?.secret;
    let step = house.now().micros() / 1_000_000 / SIGN_STEP_SECS;
    let until = (step + 2) * SIGN_STEP_SECS;
    let sign = URL_SAFE_NO_PAD.encode(&tag(secret, id, viewer, until)?.finalize().into_bytes()[..16]);
    Some(format!("/files/{id}?v={viewer}&e={until}&s={sign}"))
}

/// The picture behind a signed address.
pub async fn open(
    house: &House,
    id: FileId,
    viewer: Uuid,
    until: i64,
    sign: &str,
) -> Result<(String, Bytes)> {
    let gone = || Problem::not_found("picture");
    let row = house.read(move |tx| get(tx, id)).await?.ok_or_else(gone)?;
    let directory = house.directory();
    let secret = &directory.shop(row.shop).ok_or_else(gone)?.secret;
    let given = URL_SAFE_NO_PAD.decode(sign).map_err(|_| gone())?;
    let right = tag(secret, id, viewer, until)
        .ok_or_else(gone)?
        .verify_truncated_left(&given)
        .is_ok()
        && given.len() == 16;
    if !right || Stamp::from_secs(until) < house.now() {
        return Err(gone());
    }
    Ok((row.kind, read_bytes(house, id).await?))
}

/// The bytes of a stored file.
pub(crate) async fn read_bytes(house: &House, id: FileId) -> Result<Bytes> {
    let bytes = tokio::fs::read(path(house, id)).await.map_err(|error| {
        tracing::error!(%error, file = %id, "a picture is missing on disk");
        Problem::not_found("picture")
    })?;
    Ok(Bytes::from(bytes))
}

/// Takes the bytes of files off the disk. What is not there is gone already; what cannot be removed is logged and lies there
/// without an address.
pub(crate) async fn remove_bytes(house: &House, ids: &[FileId]) {
    for id in ids {
        if let Err(error) = tokio::fs::remove_file(path(house, *id)).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::error!(%error, file = %id, "a file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pixels_survive_and_sides_are_bounded() {
        let picture = DynamicImage::new_rgb8(3_000, 30);
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        let (out, kind, width, height) = clean(&png.into_inner()).unwrap();
        assert_eq!((kind, width), ("image/jpeg", SIDE_MAX));
        assert!(height > 0 && !out.is_empty());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(clean(b"<svg onload=alert(1)>").unwrap_err().code, "not_a_picture");
        assert_eq!(
            clean(b"\x89PNG\r\n\x1a\nbroken").unwrap_err().code,
            "not_a_picture"
        );
    }
}
