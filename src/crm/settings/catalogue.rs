//! Everything that can be set.

use super::{Group, Kind, Setting};

/// Minutes between syncs.
pub static SYNC_INTERVAL: Setting = Setting {
    key: "sync-interval",
    label: "Default sync interval",
    effect: "How often the data of a store is synchronized by itself, where its integration sets nothing else. 0 = only by hand.",
    unit: "minutes",
    default: "5",
    kind: Kind::Whole(0, 1440),
};

/// Days that jobs are kept.
pub static JOBS_RETENTION: Setting = Setting {
    key: "jobs-retention",
    label: "Keep jobs for",
    effect: "Jobs that ended longer ago are deleted with their logs; the last 30 of each integration stay.",
    unit: "days",
    default: "90",
    kind: Kind::Whole(1, 3650),
};

/// Days that audit entries are kept.
pub static AUDIT_RETENTION: Setting = Setting {
    key: "audit-retention",
    label: "Keep audit entries for",
    effect: "Older entries of the audit trail are deleted.",
    unit: "days",
    default: "730",
    kind: Kind::Whole(30, 36_500),
};

/// Days that closed alerts and sent notices are kept.
pub static ALERTS_RETENTION: Setting = Setting {
    key: "alerts-retention",
    label: "Keep past alerts for",
    effect: "Alerts that were resolved longer ago are deleted.",
    unit: "days",
    default: "365",
    kind: Kind::Whole(1, 3650),
};

/// Syncs that fail in a row.
pub static ALERT_FAILED_SYNCS: Setting = Setting {
    key: "alert-failed-syncs",
    label: "Failed syncs in a row",
    effect: "So many syncs of an integration have to fail one after another before an alert opens.",
    unit: "",
    default: "1",
    kind: Kind::Whole(1, 16),
};

/// Intervals without a sync.
pub static ALERT_INTERVALS: Setting = Setting {
    key: "alert-intervals",
    label: "Intervals without a sync",
    effect: "An alert opens when data has not come in for so many intervals of an integration, and for half an hour at least.",
    unit: "",
    default: "6",
    kind: Kind::Whole(2, 1000),
};

/// Tries of a failed record.
pub static ALERT_TRIES: Setting = Setting {
    key: "alert-tries",
    label: "Tries of a failed record",
    effect: "An alert opens when a record has failed so often.",
    unit: "",
    default: "5",
    kind: Kind::Whole(1, 100),
};

/// Conflicts that wait.
pub static ALERT_CONFLICTS: Setting = Setting {
    key: "alert-conflicts",
    label: "Conflicts waiting",
    effect: "An alert opens when so many conflicts of an integration wait for a decision.",
    unit: "",
    default: "1",
    kind: Kind::Whole(1, 100_000),
};

/// Edits that a store refused.
pub static ALERT_REJECTED: Setting = Setting {
    key: "alert-rejected",
    label: "Rejected edits waiting",
    effect: "An alert opens when so many edits that the store of an integration refused wait for somebody.",
    unit: "",
    default: "1",
    kind: Kind::Whole(1, 100_000),
};

/// The hour of the digest.
pub static DIGEST_HOUR: Setting = Setting {
    key: "digest-hour",
    label: "Daily digest at",
    effect: "At this hour whoever wants it gets one e-mail with all alerts that are open; none when there are none.",
    unit: "o’clock, UTC",
    default: "6",
    kind: Kind::Whole(0, 23),
};

/// The mail server.
pub static SMTP_HOST: Setting = Setting {
    key: "smtp-host",
    label: "SMTP server",
    effect: "The host name of the mail server that sends alerts, invitations and password resets. Empty = nothing is sent by e-mail.",
    unit: "",
    default: "",
    kind: Kind::Line,
};

/// Its port.
pub static SMTP_PORT: Setting = Setting {
    key: "smtp-port",
    label: "SMTP port",
    effect: "587 is usual with STARTTLS, 465 with TLS from the start, 25 without.",
    unit: "",
    default: "587",
    kind: Kind::Whole(1, 65_535),
};

/// How the connection is kept secret.
pub static SMTP_TLS: Setting = Setting {
    key: "smtp-tls",
    label: "SMTP encryption",
    effect: "Without encryption everybody on the way can read what is sent, the password included.",
    unit: "",
    default: "starttls",
    kind: Kind::OneOf(&[("starttls", "STARTTLS"), ("tls", "TLS from the start"), ("none", "None")]),
};

/// Who signs in there.
pub static SMTP_USER: Setting = Setting {
    key: "smtp-user",
    label: "SMTP user",
    effect: "Empty = the server asks for no user.",
    unit: "",
    default: "",
    kind: Kind::Line,
};

/// With what.
pub static SMTP_PASSWORD: Setting = Setting {
    key: "smtp-password",
    label: "SMTP password",
    effect: "Kept sealed.",
    unit: "",
    default: "",
    kind: Kind::Secret,
};

/// Whose name is on it.
pub static SMTP_FROM: Setting = Setting {
    key: "smtp-from",
    label: "Sender",
    effect: "The address that e-mails come from. The server has to allow it.",
    unit: "",
    default: "",
    kind: Kind::Email,
};

/// Where alerts are posted to.
pub static WEBHOOK_URL: Setting = Setting {
    key: "webhook-url",
    label: "Webhook URL",
    effect: "Every alert that opens or is resolved is posted there as JSON. Empty = nothing is posted.",
    unit: "",
    default: "",
    kind: Kind::Url,
};

/// What it is signed with.
pub static WEBHOOK_SECRET: Setting = Setting {
    key: "webhook-secret",
    label: "Webhook secret",
    effect: "Kept sealed. X-Cartwright-Signature is “sha256=” and the HMAC-SHA256, with this secret, of X-Cartwright-Timestamp, a full stop and the body.",
    unit: "",
    default: "",
    kind: Kind::Secret,
};

/// How long somebody stays signed in.
pub static SESSION_DAYS: Setting = Setting {
    key: "session-days",
    label: "Stay signed in for",
    effect: "Whoever does not come back for so long has to sign in again. Counts from the next sign-in, or the first visit of a day.",
    unit: "days",
    default: "7",
    kind: Kind::Whole(1, 90),
};

/// Who needs a code beside the password.
pub static SECOND_FACTOR: Setting = Setting {
    key: "second-factor",
    label: "Two-factor sign-in is required of",
    effect: "Whoever it is required of and has not set it up is led to it, and can do nothing else before. API tokens go on working.",
    unit: "",
    default: "nobody",
    kind: Kind::OneOf(&[
        ("nobody", "Nobody"),
        ("administrators", "Administrators"),
        ("everybody", "Everybody"),
    ]),
};

/// All, in the order of the page.
pub static GROUPS: [Group; 6] = [
    Group {
        key: "synchronization",
        word: "Synchronization",
        text: "What an integration does where nothing else is set in it.",
        settings: &[&SYNC_INTERVAL],
    },
    Group {
        key: "alerts",
        word: "Alerts",
        text: "When something needs a hand, and when the digest goes out. Alerts are looked for after every sync and every few seconds.",
        settings: &[
            &ALERT_FAILED_SYNCS,
            &ALERT_INTERVALS,
            &ALERT_TRIES,
            &ALERT_CONFLICTS,
            &ALERT_REJECTED,
            &DIGEST_HOUR,
        ],
    },
    Group {
        key: "mail",
        word: "E-mail",
        text: "The server that alerts, invitations and password resets go out by.",
        settings: &[&SMTP_HOST, &SMTP_PORT, &SMTP_TLS, &SMTP_USER, &SMTP_PASSWORD, &SMTP_FROM],
    },
    Group {
        key: "webhook",
        word: "Webhook",
        text: "Another system that is told of alerts.",
        settings: &[&WEBHOOK_URL, &WEBHOOK_SECRET],
    },
    Group {
        key: "signing-in",
        word: "Signing in",
        text: "How long sessions last, and who needs a code from a phone beside the password.",
        settings: &[&SESSION_DAYS, &SECOND_FACTOR],
    },
    Group {
        key: "retention",
        word: "Retention",
        text: "How long Cartwright keeps what it did. Looked through every hour.",
        settings: &[&JOBS_RETENTION, &AUDIT_RETENTION, &ALERTS_RETENTION],
    },
];
