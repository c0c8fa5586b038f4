//! What e-mails and webhooks say of alerts.

use serde_json::json;

use crate::base::clock;
use crate::crm::alerts::Alert;

/// "Sync fails: Corner shop".
pub(super) fn title(alert: &Alert) -> String {
    format!("{}: {}", alert.kind.word(), alert.integration)
}

/// Subject and text of an e-mail about what has turned.
pub(super) fn turned(home: &str, opened: &[&Alert], closed: &[&Alert]) -> (String, String) {
    let subject = match (opened, closed) {
        ([one], []) => title(one),
        ([], [one]) => format!("Resolved: {}", title(one)),
        ([], _) => format!("{} alerts are resolved", closed.len()),
        (_, []) => format!("{} alerts", opened.len()),
        _ => format!("{} new, {} resolved", alerts(opened.len()), closed.len()),
    };
    let mut text = String::new();
    for alert in opened {
        text.push_str(&paragraph(home, alert));
    }
    for alert in closed {
        text.push_str(&format!("Resolved: {}\nIt was open since {}.\n\n", title(alert), since(alert)));
    }
    text.push_str(&foot(home));
    (subject, text)
}

/// Subject and text of the daily digest.
pub(super) fn digest(home: &str, open: &[&Alert]) -> (String, String) {
    let mut text = format!("Open today: {}.\n\n", alerts(open.len()));
    for alert in open {
        text.push_str(&paragraph(home, alert));
    }
    text.push_str(&foot(home));
    (format!("Digest: {}", alerts(open.len())), text)
}

/// The JSON of an event.
pub(super) fn event(home: &str, event: &str, alert: &Alert) -> String {
    json!({
        "event": event,
        "at": clock::now().to_rfc3339(),
        "alert": {
            "id": alert.id,
            "kind": alert.kind.key(),
            "title": title(alert),
            "details": alert.words,
            "integration": { "id": alert.integration_id, "name": alert.integration },
            "opened_at": alert.opened_at.to_rfc3339(),
            "closed_at": alert.closed_at.map(|at| at.to_rfc3339()),
            "url": format!("{home}{}", alert.place()),
        },
    })
    .to_string()
}

fn paragraph(home: &str, alert: &Alert) -> String {
    let words = alert.words.trim();
    let gap = if words.is_empty() { "" } else { "\n" };
    format!(
        "{}\n{words}{gap}{} Open since {}.\n{home}{}\n\n",
        title(alert),
        alert.kind.advice(),
        since(alert),
        alert.place()
    )
}

fn foot(home: &str) -> String {
    format!("All alerts, and how you are told of them: {home}/alerts\n")
}

fn since(alert: &Alert) -> String {
    alert.opened_at.format("%-d %b %Y %H:%M UTC").to_string()
}

fn alerts(n: usize) -> String {
    if n == 1 { "1 alert".to_owned() } else { format!("{n} alerts") }
}
