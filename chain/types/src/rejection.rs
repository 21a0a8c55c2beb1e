//! One table per slice for why it rejects. Invariant: a code never changes meaning, and one that is no longer used is
//! not used again.

/// A slice's rejections as one table, `Name = "reason"` with a sentence as its doc: the enum `Rejection`, the code
/// `slice.reason` and the sentence of each, the list of all, and the conversion into a receipt's rejection.
#[macro_export]
macro_rules! rejections {
    ($slice:literal; $($(#[doc = $doc:literal])+ $name:ident = $reason:literal;)+) => {
        /// Why the slice rejects.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Rejection {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rejection {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable code, `slice.reason`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($slice, ".", $reason),)+
                }
            }

            /// A sentence for people.
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
