//! The disk as the rest of the crate sees it: the system's, or one that fails on purpose. Every
//! system call that reads or changes a file passes through here; nothing is decided here.

use std::{io, sync::Arc};

use crate::shim::{Op, Shim};

/// What stands between this crate and the system.
///
/// Both are always compiled: what the tests drive is what ships, and asking which it is costs
/// nothing that can be measured beside a system call.
#[derive(Clone, Debug, Default)]
pub enum Layer {
    /// The system itself.
    #[default]
    Real,
    /// The system with faults put in. For tests.
    Shim(Arc<Shim>),
}

/// Access to the disk: what all work of this crate is a method of. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    layer: Layer,
    always_copy: bool,
}

impl Disk {
    /// The disk of this machine.
    pub fn real() -> Self {
        Self::default()
    }

    /// The disk of this machine with faults. For tests.
    pub fn with_shim(shim: Arc<Shim>) -> Self {
        Self {
            layer: Layer::Shim(shim),
            always_copy: false,
        }
    }

    /// Makes [`Disk::relocate`] copy even within a volume, as it does across volumes. For tests.
    #[must_use]
    pub fn always_copy(mut self) -> Self {
        self.always_copy = true;
        self
    }

    pub(crate) fn copies_always(&self) -> bool {
        self.always_copy
    }

    /// Before a step: whether it may happen.
    #[inline]
    pub(crate) fn step(&self, op: Op) -> io::Result<()> {
        match &self.layer {
            Layer::Real => Ok(()),
            Layer::Shim(shim) => shim.step(op),
        }
    }

    /// Before a write of `len` bytes: how many of them may be written.
    #[inline]
    pub(crate) fn step_write(&self, len: usize) -> io::Result<usize> {
        match &self.layer {
            Layer::Real => Ok(len),
            Layer::Shim(shim) => shim.step_write(len),
        }
    }
}
