//! The local socket: commands on a data folder that a running server holds are done by that server.
//!
//! One JSON line in, one JSON line out. The socket lies in the data folder, which only its owner can enter.

use crate::command::{Answer, Request, execute};
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;
use yingke_app::House;

fn path(data: &Path) -> PathBuf {
    data.join("yingke.sock")
}

/// The server that holds this folder, if one runs.
pub(crate) fn connect(data: &Path) -> Option<UnixStream> {
    UnixStream::connect(path(data)).ok()
}

/// Lets the running server do it.
pub(crate) fn ask(mut server: UnixStream, request: &Request) -> Result<Answer> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    server
        .write_all(&line)
        .context("the running server did not take the command")?;
    let mut answer = String::new();
    BufReader::new(server)
        .read_line(&mut answer)
        .context("the running server did not answer")?;
    serde_json::from_str(&answer)
        .context("the running server stopped before it answered; run the command again")
}

/// Answers commands until stopped.
pub(crate) async fn serve(house: House, data: PathBuf, stop: CancellationToken) -> Result<()> {
    let socket = path(&data);
    // Left over from a server that was killed: nobody answers there, or we would not have got this far.
    let _ = std::fs::remove_file(&socket);
    let listener =
        UnixListener::bind(&socket).with_context(|| format!("cannot open {}", socket.display()))?;
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the local socket could not accept");
                    continue;
                }
            },
        };
        let house = house.clone();
        tokio::spawn(async move {
            let (read, mut write) = stream.into_split();
            let mut line = String::new();
            if tokio::io::BufReader::new(read)
                .read_line(&mut line)
                .await
                .is_err()
            {
                return;
            }
            let answer = match serde_json::from_str::<Request>(&line) {
                Ok(request) => execute(&house, request).await,
                Err(error) => Answer::failed(format!("the command is of another version of yingke: {error}")),
            };
            if let Ok(mut bytes) = serde_json::to_vec(&answer) {
                bytes.push(b'\n');
                let _ = write.write_all(&bytes).await;
            }
        });
    }
    let _ = std::fs::remove_file(&socket);
    Ok(())
}
