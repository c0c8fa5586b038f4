//! Records, channels, integrations and jobs as the audit trail knows them.

use crate::crm::audit::{Changes, Subject, SubjectKind};
use crate::crm::channels::{Channel, Entity, Integration, NewChannel};
use crate::crm::records::Record;
use crate::jobs::JobRow;

/// A record, whatever kind it is.
pub(super) fn record(record: Record, name: &str) -> Subject {
    let kind = SubjectKind::from_key(record.kind.key()).unwrap_or(SubjectKind::Customer);
    Subject::new(kind, record.id, name)
}

/// A channel.
pub(super) fn channel(id: i64, name: &str) -> Subject {
    Subject::new(SubjectKind::Channel, id, name)
}

/// An integration.
pub(super) fn integration(it: &Integration) -> Subject {
    Subject::new(SubjectKind::Integration, it.id, &it.settings.name)
}

/// A job.
pub(super) fn job(job: &JobRow) -> Subject {
    Subject::new(SubjectKind::Job, job.id, &job.title)
}

/// What becomes another by saving a channel's form.
pub(super) fn changes(before: &Channel, after: &NewChannel) -> Changes {
    let status = |active: bool| if active { "Active" } else { "Inactive" };
    let entities = |all: &[Entity]| all.iter().map(|entity| entity.word()).collect::<Vec<_>>().join(", ");
    Changes::none()
        .field("Name", &before.name, &after.name)
        .field("Status", status(before.active), status(after.active))
        .field("Entities", &entities(&before.entities), &entities(&after.entities))
}
