//! What was given, as a table for a spreadsheet: all of it, in slices, so that a year is no more to hold than a day.

use super::{ConcessionRow, report};
use crate::access::{exported, require};
use crate::metric::Lang;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::Right;
use yingke_domain::bargain::Form;
use yingke_kernel::{ConcessionId, PersonId, ProblemKind, ShopId, Stamp};
use yingke_sheets::csv_out::CsvOut;
use yingke_store::bargain as rows;
use yingke_store::{Lane, Tx};

/// Concessions of one slice.
const SLICE: i64 = 500;

const HEADS: [[&str; 2]; 10] = [
    ["时间", "Time"],
    ["店铺", "Shop"],
    ["客服", "Agent"],
    ["订单", "Order"],
    ["原价", "Price"],
    ["让出", "Given"],
    ["怎么让", "Form"],
    ["谁做主", "Authority"],
    ["同意的人", "Granted by"],
    ["理由", "Reason"],
];

const fn form(of: Form) -> [&'static str; 2] {
    match of {
        Form::Price => ["改价", "price"],
        Form::Freight => ["减运费", "freight"],
        Form::Coupon => ["优惠券", "coupon"],
        Form::Transfer => ["收货后转", "transfer after receipt"],
        Form::Gift => ["小礼物", "small gift"],
    }
}

/// Which concessions.
#[derive(Debug, Clone)]
pub struct Given {
    /// Of this shop; all of the caller's unless told.
    pub shop: Option<ShopId>,
    /// From this time on.
    pub from: Stamp,
    /// Before this time.
    pub to: Stamp,
    /// By this person only.
    pub person: Option<PersonId>,
    /// The days as the trail is to name them.
    pub days: String,
}

/// A table that is written slice by slice.
pub struct Sheet {
    house: House,
    shops: Vec<[u8; 16]>,
    given: Given,
    lang: Lang,
    /// Where the next slice begins; `None` at the end.
    before: Option<(Stamp, ConcessionId)>,
    is_begun: bool,
}

/// All that was given, latest first, as csv. On the trail before the first line leaves.
///
/// # Errors
/// Without the right `see_figures`.
pub async fn export(house: &House, staff: &Staff, given: Given, lang: Lang) -> Result<Sheet> {
    require(staff, Right::SeeFigures)?;
    let shops = report::shops(house, staff, given.shop);
    let (me, now, noted, of) = (staff.person, house.now(), shops.clone(), given.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let sums = rows::sums(tx, &noted, of.from, of.to)?;
            let mine = sums.iter().filter(|s| of.person.is_none_or(|p| p == s.person));
            let count = mine.map(|s| s.count).sum();
            let subject = of.person.map(|p| p.to_string()).unwrap_or_default();
            exported(
                tx,
                now,
                Some(me),
                "bargain.export",
                &subject,
                (count, "csv", &of.days),
            )
        })
        .await?;
    Ok(Sheet {
        house: house.clone(),
        shops,
        before: Some(report::first(given.to)),
        given,
        lang,
        is_begun: false,
    })
}

impl Sheet {
    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    /// The store's.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(before) = self.before else {
            return Ok(None);
        };
        let (shops, from) = (self.shops.clone(), self.given.from);
        let slice = self
            .house
            .read(move |tx: &mut Tx<'_>| rows::between(tx, &shops, from, before, SLICE))
            .await?;
        self.before = slice
            .last()
            .filter(|_| slice.len() as i64 == SLICE)
            .map(|c| (c.at, c.id));
        let written = self.written(&slice);
        self.is_begun = true;
        written.map(Some).map_err(|error| {
            tracing::error!(%error, "what was given could not be written to a file");
            Problem::new(ProblemKind::Internal, "internal", "the file could not be written")
        })
    }

    fn written(&self, slice: &[ConcessionRow]) -> std::io::Result<Vec<u8>> {
        let directory = self.house.directory();
        let word = |pair: [&'static str; 2]| match self.lang {
            Lang::Chinese => pair[0],
            Lang::English => pair[1],
        };
        let mut out = if self.is_begun {
            CsvOut::further(Vec::new())
        } else {
            let mut out = CsvOut::new(Vec::new())?;
            out.row(HEADS.map(word))?;
            out
        };
        for c in slice {
            if self.given.person.is_some_and(|p| p != c.person) {
                continue;
            }
            let shop = directory.shop(c.shop);
            let name = |person: PersonId| directory.actor_name(person.0).unwrap_or_default().to_owned();
            out.row([
                shop.map_or_else(|| c.at.to_string(), |s| s.zone.rfc3339(c.at)),
                shop.map(|s| s.name.clone()).unwrap_or_default(),
                name(c.person),
                c.number.clone(),
                c.total.to_string(),
                c.off.to_string(),
                word(form(c.form)).to_owned(),
                word(if c.supervised {
                    ["主管同意", "supervisor"]
                } else {
                    ["自己做主", "own"]
                })
                .to_owned(),
                c.approver.map(name).unwrap_or_default(),
                c.reason.clone(),
            ])?;
        }
        out.finish()
    }
}
