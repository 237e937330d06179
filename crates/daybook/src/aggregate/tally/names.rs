//! Numbers for byte strings that come again and again.

use foldhash::HashMap;

/// Gives every string a number, in the order in which they first come.
#[derive(Debug, Default)]
pub struct Names {
    numbers: HashMap<Box<[u8]>, u32>,
    count: u32,
}

impl Names {
    /// The number of a string, and whether it is new.
    pub fn number(&mut self, name: &[u8]) -> (u32, bool) {
        if let Some(number) = self.numbers.get(name) {
            return (*number, false);
        }
        let number = self.count;
        self.count += 1;
        self.numbers.insert(name.into(), number);
        (number, true)
    }
}
