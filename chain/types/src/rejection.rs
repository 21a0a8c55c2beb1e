//! The macro that declares the rejections of a slice (the part of the ledger for one subject). Invariant: a code never
//! changes its meaning. A retired code is never used again.

/// Declares the rejections of a slice as one table of `Name = "reason"`, each with a sentence as its doc. Generates the
/// enum `Rejection` with its codes `slice.reason` and sentences, the list of all, and the conversion to a receipt's
/// rejection.
#[macro_export]
macro_rules! rejections {
    ($slice:literal; $($(#[doc = $doc:literal])+ $name:ident = $reason:literal;)+) => {
        /// The reasons why the slice rejects a command.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Rejection {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rejection {
            /// All variants.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable code, `slice.reason`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($slice, ".", $reason),)+
                }
            }

            /// The reason as a sentence for people.
            pub const fn detail(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }

        impl std::fmt::Display for Rejection {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.detail())
            }
        }

        impl std::error::Error for Rejection {}

        impl From<Rejection> for $crate::Rejection {
            fn from(rejection: Rejection) -> Self {
                Self::new(rejection.code())
            }
        }
    };
}
