//! Where the rows of `report` go: standard output or a file, as text or as a workbook.

use crate::args::{FileFormat, Format};
use crate::print;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use yingke_app::metric::{Lang, workbook};

/// Where rows go, and as what.
pub(super) struct Place {
    format: FileFormat,
    out: Option<PathBuf>,
    lang: Lang,
    days: String,
}

impl Place {
    /// Refuses before anything is computed what could not be shown.
    pub(super) fn of(format: FileFormat, out: Option<PathBuf>, lang: &str, days: String) -> Result<Self> {
        if format == FileFormat::Xlsx && out.is_none() && std::io::stdout().is_terminal() {
            bail!("a workbook is no text for a terminal: name a file with --out FILE.xlsx");
        }
        Ok(Self {
            format,
            out,
            lang: Lang::parse(lang).context("--lang takes zh-CN or en")?,
            days,
        })
    }

    /// Writes the rows. A file is only begun once its content is there.
    pub(super) fn write(&self, rows: &Value) -> Result<()> {
        let mut bytes = Vec::new();
        match self.format {
            FileFormat::Xlsx => bytes = workbook(rows, &self.days, self.lang)?,
            FileFormat::Json => print::document_to(&mut bytes, rows, Format::Json)?,
            FileFormat::Csv => print::document_to(&mut bytes, rows, Format::Csv)?,
            FileFormat::Table => print::document_to(&mut bytes, rows, Format::Table)?,
        }
        match &self.out {
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(&bytes)?;
                out.flush()?;
            }
            Some(path) => {
                let shown = path.display();
                let file = File::create(path).with_context(|| format!("cannot write {shown}"))?;
                let mut file = BufWriter::new(file);
                file.write_all(&bytes)
                    .and_then(|()| file.flush())
                    .with_context(|| format!("cannot write {shown}"))?;
            }
        }
        Ok(())
    }
}
