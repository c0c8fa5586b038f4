//! What can be done.

/// Declares the acts once: variant, key in the database, word on the pages.
macro_rules! acts {
    ($($act:ident $key:literal $word:literal),+ $(,)?) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Act {
            $(#[doc = $word] $act,)+
        }

        impl Act {
            /// All, in the order of the filter.
            pub const ALL: &'static [Self] = &[$(Self::$act),+];

            /// The word in the database.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$act => $key),+ }
            }

            /// The word on the pages.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$act => $word),+ }
            }
        }
    };
}

acts! {
    Created "created" "Created",
    Changed "changed" "Changed",
    Deleted "deleted" "Deleted",
    Activated "activated" "Activated",
    Deactivated "deactivated" "Deactivated",
    Reassigned "reassigned" "Reassigned",
    Merged "merged" "Merged",
    Split "split" "Split",
    Hidden "hidden" "Hidden",
    ShownAgain "shown again" "Shown again",
    Shared "shared" "Shared",
    Unshared "unshared" "No longer shared",
    Discarded "discarded" "Edit discarded",
    Retried "tried again" "Tried again",
    Decided "decided" "Conflict decided",
    Pushed "pushed" "Pushed",
    Exported "exported" "Exported",
    Started "started" "Started",
    Cancelled "cancelled" "Cancelled",
    Paused "paused" "Paused",
    Resumed "resumed" "Resumed",
    Tested "tested" "Tested",
    SignedIn "signed in" "Signed in",
    SignInFailed "sign-in failed" "Sign-in failed",
    SignedOut "signed out" "Signed out",
    Invited "invited" "Invited",
    InviteWithdrawn "invite withdrawn" "Invite withdrawn",
    InviteAccepted "invite accepted" "Invite accepted",
    ResetAsked "reset asked" "Password reset asked for",
    PasswordChanged "password changed" "Password changed",
    SecondFactorOn "second factor on" "Second factor turned on",
    SecondFactorOff "second factor off" "Second factor turned off",
    RecoveryCodesMade "recovery codes made" "Recovery codes made",
    SessionEnded "session ended" "Session ended",
    TokenMade "token made" "API token made",
    TokenRevoked "token revoked" "API token revoked",
    Erased "erased" "Erased",
    ErasureLifted "erasure lifted" "Erasure lifted",
}

impl Act {
    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.key() == key)
    }
}
