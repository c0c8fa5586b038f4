//! The dashboard: how business goes in a period, compared with the one before; who the customers are; how the stores are.
//!
//! **Invariant:** every figure is a link to the list of what it counts, and amounts of two currencies never become one.

mod chosen;
mod figure;
mod links;
mod over_time;
mod shares;

use askama::Template;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::access::SignedIn;
use super::chart::{self, Chart};
use super::grid::{Asked, Few};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, money, view};
use crate::base::listing::Wanted;
use crate::crm::channels::Entity;
use crate::crm::customers;
use crate::crm::dashboard::{self, Figures, Health, Period, Step};
use crate::crm::orders;
use crate::jobs::{self, JobRow, Status};
use chosen::{Chosen, PRESETS};
use figure::{Compared, Figure};
pub(super) use links::Links;
use over_time::OverTime;
pub(super) use over_time::label;
pub(super) use shares::{SegmentShare, other_segments, segments};
use shares::{ShareRow, Shares};

/// Rows of the short lists.
const A_FEW: i64 = 6;

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct Dashboard {
    shell: Shell,
    chosen: Chosen,
    figures: Vec<Figure>,
    charts: Vec<Chart>,
    /// Nothing was bought or nearly bought in the period; where there is more to see.
    nothing: Option<Wider>,
    shares: Vec<ShareRow>,
    segments: Vec<SegmentShare>,
    counted_at: Option<DateTime<Utc>>,
    health: Vec<Health>,
    jobs: Vec<JobRow>,
    newest: Few,
    orders: Few,
    /// Orders are taken in, so that there is a list of them.
    orders_listed: bool,
}

/// A period in which something was bought.
struct Wider {
    words: String,
    link: String,
}

impl Dashboard {
    fn presets(&self) -> &'static [(&'static str, &'static str)] {
        &PRESETS
    }

    fn status(&self, row: &Health) -> Option<Status> {
        row.job_status.as_deref().map(Status::from_key)
    }

    fn longest_to_return(&self) -> i64 {
        dashboard::LONGEST_TO_RETURN
    }
}

/// `GET /`, once there is data.
pub(super) async fn show(web: &Web, who: SignedIn, asked: Asked) -> PageResult {
    let pool = &web.pool;
    let mut chosen = Chosen::read(web, &asked).await?;
    let (period, channel) = (chosen.period, chosen.channel);
    let totals = dashboard::totals(pool, period, channel).await?;
    let averages = dashboard::averages(pool, channel).await?;
    let shares = Shares { totals: &totals, averages: &averages, period };
    chosen.choose_currency(&asked, shares.currencies());
    let links = Links { channel, currency: chosen.currency.clone() };
    let over_time = OverTime::load(pool, &chosen).await?;
    let (now, before) = (sum(&over_time.now), sum(&over_time.before));
    let returned = (
        dashboard::returning(pool, period, channel).await?,
        dashboard::returning(pool, period.before(), channel).await?,
    );
    let compared = Compared {
        now: &now,
        before: &before,
        returned,
        lifetime: shares.lifetime(&chosen.currency),
        period,
        links: &links,
    };
    let counts = dashboard::counts(pool, channel).await?;
    let sees_system = who.user.may_see_system();
    let (health, jobs) = match sees_system {
        true => {
            let jobs = jobs::newest(pool, None, A_FEW).await?;
            (dashboard::health(pool).await?, jobs)
        }
        false => (Vec::new(), Vec::new()),
    };
    // of one channel among many they would be looked for through all of the others
    let wanted = Wanted::everything();
    // as the list that "All" leads to
    let shown = Wanted::only("hidden", "no");
    let latest = ("created-at", A_FEW);
    let figures = compared.figures();
    let shell = Shell::load(web, &who.session, who.user, "/").await?;
    page::show(&Dashboard {
        figures,
        charts: over_time.charts(&links),
        nothing: if now.any_trade() { None } else { wider(web, &chosen).await? },
        shares: shares.rows(),
        segments: segments(&counts, &links),
        counted_at: counts.iter().map(|count| count.counted_at).min(),
        health,
        jobs,
        newest: Few::newest(pool, &customers::LISTING, &shown, latest, &customers::NEWEST).await?,
        orders: Few::newest(pool, &orders::LISTING, &wanted, latest, &orders::NEWEST).await?,
        orders_listed: shell.lists(Entity::Order),
        shell,
        chosen,
    })
}

fn sum(parts: &[Figures]) -> Figures {
    parts.iter().fold(Figures::default(), |sum, part| sum.and(part))
}

/// The year up to the last order.
async fn wider(web: &Web, chosen: &Chosen) -> Result<Option<Wider>, sqlx::Error> {
    let last = dashboard::last_day(&web.pool, chosen.channel).await?;
    Ok(last.filter(|day| day.year() > 1970).map(|day| Wider::up_to(day, chosen.channel)))
}

impl Wider {
    fn up_to(day: NaiveDate, channel: Option<i64>) -> Self {
        let from = Step::Month.back(day, 11);
        let to = Step::Month.end(day);
        let channel = channel.map(|id| format!("&channel={id}")).unwrap_or_default();
        Self {
            words: chosen::words(Period { from, to }),
            link: format!("/?period=custom&from={from}&to={to}{channel}"),
        }
    }
}
