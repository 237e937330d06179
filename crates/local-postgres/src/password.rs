//! The superuser's password, which lives in a file beside the data.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rand::RngExt;
use rand::distr::Alphanumeric;

use crate::Error;

/// Letters and digits: 142 bits.
const LENGTH: usize = 24;

/// A password. It is not shown.
#[derive(Clone)]
pub(crate) struct Password(String);

impl Password {
    /// Draws a password and writes it to a new file that only its owner reads.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let mut random = rand::rng();
        let text: String = (0..LENGTH)
            .map(|_| char::from(random.sample(Alphanumeric)))
            .collect();
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Error::io(path, error))?;
        Ok(Self(text))
    }

    /// Reads the password of a folder that is made.
    pub fn read(path: &Path) -> Result<Self, Error> {
        fs::read_to_string(path)
            .map(Self)
            .map_err(|error| Error::io(path, error))
    }

    /// For a connection URL; it consists of letters and digits.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}
