//! The local socket: commands on a data folder that a running server holds are done by that server.
//!
//! One JSON line in; out any number of lines of progress, then one with the answer. The socket lies in the data folder, which only its owner can enter.

use crate::command::{Answer, Request, execute};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;
use yingke_app::House;
use yingke_store::backup::{OnProgress, Progress};

fn path(data: &Path) -> PathBuf {
    data.join("yingke.sock")
}

/// The server that holds this folder, if one runs.
pub(crate) fn connect(data: &Path) -> Option<UnixStream> {
    UnixStream::connect(path(data)).ok()
}

/// One line of what the server says: first how far it is, any number of times, then the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Progress(Progress),
    Answer(Answer),
}

/// Lets the running server do it; `heard` hears how far it is.
pub(crate) fn ask(mut server: UnixStream, request: &Request, heard: &OnProgress) -> Result<Answer> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    server
        .write_all(&line)
        .context("the running server did not take the command")?;
    for line in BufReader::new(server).lines() {
        let line = line.context("the running server did not answer")?;
        match serde_json::from_str(&line)
            .context("the running server is of another version of yingke; use its own program")?
        {
            Said::Progress(progress) => heard(progress),
            Said::Answer(answer) => return Ok(answer),
        }
    }
    anyhow::bail!("the running server stopped before it answered; run the command again")
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
            let (tell, mut told) = tokio::sync::mpsc::channel::<Progress>(4);
            // How far it is may be lost on a slow reader; the answer may not.
            let progress = Arc::new(move |progress| {
                let _ = tell.try_send(progress);
            });
            let work = async move {
                match serde_json::from_str::<Request>(&line) {
                    Ok(request) => execute(&house, request, progress).await,
                    Err(error) => {
                        Answer::failed(format!("the command is of another version of yingke: {error}"))
                    }
                }
            };
            tokio::pin!(work);
            let answer = loop {
                tokio::select! {
                    answer = &mut work => break answer,
                    Some(progress) = told.recv() => {
                        if say(&mut write, &Said::Progress(progress)).await.is_err() {
                            // Whoever asked is gone; the work goes on to its end.
                            break work.await;
                        }
                    }
                }
            };
            let _ = say(&mut write, &Said::Answer(answer)).await;
        });
    }
    let _ = std::fs::remove_file(&socket);
    Ok(())
}

async fn say(write: &mut tokio::net::unix::OwnedWriteHalf, said: &Said) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    write.write_all(&line).await
}
