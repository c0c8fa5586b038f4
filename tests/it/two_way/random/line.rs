//! What must become of one unit, whatever happens: the table of sync.md worked out a second time, by somebody who knows
//! nothing of how it is done.
//!
//! A [`Line`] is one way in which things may stand. Where it cannot be known from outside what a call in trouble came to,
//! several lines are possible; what is found afterwards says which ones still are.

use super::field::Field;

/// Who decides a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Remote,
    Local,
    Ask,
}

impl Rule {
    pub(super) const ALL: [Self; 3] = [Self::Remote, Self::Local, Self::Ask];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Local => "local",
            Self::Ask => "ask",
        }
    }
}

/// How a unit stands on both sides, and what is known of what lies between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) field: Field,
    /// In the CRM.
    pub(super) here: String,
    /// In the store.
    pub(super) there: String,
    /// What both had last.
    pub(super) base: String,
    /// What calls carried that may have reached the store.
    doubt: Vec<String>,
    /// The store said that it took the value over.
    accepted: bool,
    /// It said so of the last value that was sent, whatever was written here since.
    arrived: bool,
    /// It was read, and nothing was sent since: a call directly follows a read.
    fresh: bool,
    /// The store said no.
    pub(super) refused: bool,
    /// A person is asked.
    pub(super) asked: bool,
    /// Conflicts that are recorded since the last look.
    pub(super) told: Vec<String>,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Answered,
    AnswerLost,
    NeverArrived,
    Refused,
}

/// What a sync meets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sky<'a> {
    pub(super) rule: Rule,
    /// Two way sync is on.
    pub(super) on: bool,
    /// The store says no to anything, now and then.
    pub(super) refuses: bool,
    /// What somebody saves in the store right after our call, if there is one.
    pub(super) meanwhile: Option<&'a str>,
}

impl Line {
    pub(super) fn new(field: Field, value: String) -> Self {
        Self {
            field,
            here: value.clone(),
            there: value.clone(),
            base: value,
            doubt: Vec::new(),
            accepted: false,
            arrived: false,
            fresh: false,
            refused: false,
            asked: false,
            told: Vec::new(),
        }
    }

    /// As it was found; what was told is known.
    pub(super) fn seen(mut self, here: &str, there: &str) -> Self {
        here.clone_into(&mut self.here);
        there.clone_into(&mut self.there);
        self.told.clear();
        self.fresh = false;
        self
    }

    /// Somebody edits it in the CRM.
    pub(super) fn edit_here(&mut self, value: &str) {
        if !self.field.same(&self.here, value) {
            value.clone_into(&mut self.here);
            (self.accepted, self.refused) = (false, false);
        }
    }

    /// Somebody takes the edit back, wherever it is by now.
    pub(super) fn discard(&mut self) {
        let base = self.base.clone();
        if self.doubt.is_empty() {
            return self.give_up(&base);
        }
        if self.field.cannot_be_sent(&base) {
            return self.give_up(&base);
        }
        self.here = base;
        (self.accepted, self.asked) = (false, false);
    }

    /// Somebody chooses the store's value.
    pub(super) fn give_up(&mut self, value: &str) {
        value.clone_into(&mut self.here);
        value.clone_into(&mut self.base);
        self.settle();
    }

    /// Somebody decides for the CRM's value, having seen the store's.
    pub(super) fn insist(&mut self, seen: &str) {
        seen.clone_into(&mut self.base);
        self.asked = false;
    }

    /// Nothing is left to be done: both sides agree, or somebody has to decide first.
    pub(super) fn rests(&self) -> bool {
        self.field.same(&self.here, &self.there) || self.asked || self.refused
    }

    fn settle(&mut self) {
        self.doubt.clear();
        (self.accepted, self.arrived) = (false, false);
        (self.refused, self.asked) = (false, false);
    }

    fn take(&mut self) {
        let there = self.there.clone();
        self.give_up(&there);
    }

    fn tell(&mut self, chosen: &str, rule: &str) {
        let (here, there) = (self.field.normal(&self.here), self.field.normal(&self.there));
        self.told.push(format!("{chosen} by {rule}: {here} or {there}"));
    }

    /// The store is read.
    fn read(mut self, rule: Rule) -> Self {
        let before = self.base.clone();
        let same = |one: &str, other: &str| self.field.same(one, other);
        if self.doubt.iter().any(|sent| same(sent, &self.there)) {
            self.base.clone_from(&self.there);
        } else if let Some(sent) = self.doubt.last().filter(|sent| !same(sent, &self.here))
            && (self.arrived || !same(&self.there, &self.base))
        {
            // the store had it for a while
            self.base.clone_from(sent);
        }
        let changed = (!same(&self.here, &self.base), !same(&self.there, &self.base));
        if same(&self.here, &self.there) || (!changed.0 && !self.accepted) {
            self.take();
        } else if self.accepted {
            self.tell("remote", "store");
            self.take();
        } else if changed.1 {
            self.decide(if self.asked { Rule::Ask } else { rule });
            if self.asked {
                self.base = before;
            }
        } else {
            self.asked = false;
        }
        self.fresh = true;
        self
    }

    fn decide(&mut self, rule: Rule) {
        match rule {
            Rule::Remote => {
                self.tell("remote", "remote");
                self.take();
            }
            Rule::Local => {
                self.tell("local", "local");
                self.base.clone_from(&self.there);
            }
            Rule::Ask if self.asked => {}
            Rule::Ask => {
                self.told.push("a question".to_owned());
                self.asked = true;
            }
        }
    }

    /// The edit is sent; `None` = there is none to send.
    fn send(mut self, call: Call) -> Option<Self> {
        let held = self.asked || self.refused || self.field.cannot_be_sent(&self.here);
        if held || !self.fresh || self.field.same(&self.here, &self.base) {
            return None;
        }
        self.fresh = false;
        let refuses = self.field.is_refused(&self.here);
        if call == Call::Refused || refuses {
            self.refused = true;
            return Some(self);
        }
        if call != Call::NeverArrived {
            self.there = self.field.kept(&self.here);
        }
        self.doubt.push(self.here.clone());
        self.accepted = call == Call::Answered;
        self.arrived = self.accepted;
        Some(self)
    }

    /// What one sync makes of it that nothing disturbs.
    pub(super) fn calm(&self, sky: Sky<'_>) -> Vec<Self> {
        let (with, without) = (self.clone().settled(sky, sky.meanwhile), self.clone().settled(sky, None));
        if sky.meanwhile.is_none() { vec![without] } else { vec![with, without] }
    }

    fn settled(self, sky: Sky<'_>, mut meanwhile: Option<&str>) -> Self {
        let mut line = self.read(sky.rule);
        for _ in 0..3 {
            let sent = Some(line.clone()).filter(|_| sky.on).and_then(|line| line.send(Call::Answered));
            let goes_on = sent.is_some() || meanwhile.is_some();
            line = sent.unwrap_or(line);
            if let Some(value) = meanwhile.take() {
                value.clone_into(&mut line.there);
            }
            if !goes_on {
                break;
            }
            line = line.read(sky.rule);
        }
        line
    }

    /// Everything that a sync may leave behind which is disturbed: any part of it, with any end of any call.
    pub(super) fn stormy(&self, sky: Sky<'_>) -> Vec<Self> {
        let mut all = vec![self.clone()];
        let mut latest = all.clone();
        for _ in 0..6 {
            let next: Vec<Self> = latest.iter().flat_map(|line| line.steps(sky)).collect();
            latest = Vec::new();
            for line in next.into_iter().filter(|line| line.doubt.len() < 4) {
                if !all.contains(&line) {
                    all.push(line.clone());
                    latest.push(line);
                }
            }
        }
        all
    }

    fn steps(&self, sky: Sky<'_>) -> Vec<Self> {
        let mut next = vec![self.clone().read(sky.rule)];
        let calls = [Call::Answered, Call::AnswerLost, Call::NeverArrived].into_iter();
        let calls = calls.chain(sky.refuses.then_some(Call::Refused)).filter(|_| sky.on);
        next.extend(calls.filter_map(|call| self.clone().send(call)));
        next.extend(sky.meanwhile.map(|value| Self { there: value.to_owned(), ..self.clone() }));
        next
    }

    /// What may be found after a process was killed in the middle and another one went on: whatever was done before, it ends
    /// as if nothing had happened.
    pub(super) fn resumed(&self, sky: Sky<'_>) -> Vec<Self> {
        self.stormy(sky).into_iter().map(|line| line.settled(sky, None)).collect()
    }
}
