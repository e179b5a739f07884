//! A plane of light and dark modules, on which codes and their numbers are drawn.

/// A plane of modules, light where nothing was drawn.
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    dark: Vec<bool>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, dark: vec![false; width.saturating_mul(height)] }
    }

    /// Makes a module dark; one outside is left out.
    pub(super) fn darken(&mut self, x: usize, y: usize) {
        if let Some(module) = self.index(x, y).and_then(|index| self.dark.get_mut(index)) {
            *module = true;
        }
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.index(x, y).and_then(|index| self.dark.get(index)).copied().unwrap_or_default()
    }

    fn index(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.width && y < self.height).then(|| y * self.width + x)
    }

    /// The dark runs of a line: where each begins, and how long it is.
    pub(super) fn runs(&self, y: usize) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for x in (0..self.width).filter(|x| self.is_dark(*x, y)) {
            match runs.last_mut() {
                Some((begin, length)) if *begin + *length == x => *length += 1,
                _ => runs.push((x, 1)),
            }
        }
        runs
    }
}
