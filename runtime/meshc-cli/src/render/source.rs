use meshc_source::SourceFile;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A file as miette reads it. miette's own sources look for lines from the start of the text for every label; this one
/// finds them in an index.
#[derive(Debug)]
pub(super) struct IndexedSource<'s>(pub(super) &'s SourceFile);

impl SourceCode for IndexedSource<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text();
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let index = self.0.lines();
        let first = index.line_of(start as u32);
        let last = index.line_of((end.max(start + 1) - 1).min(text.len()) as u32);
        let from_line = first.saturating_sub(lines_before);
        let to_line = (last + lines_after + 1).min(index.len());
        // miette asks for a span alone by asking for no line around it.
        let from = if lines_before == 0 { start } else { index.start_of(from_line, text) as usize };
        let to = if lines_after == 0 { end } else { index.start_of(to_line, text) as usize };
        let (line, column) =
            if lines_before == 0 { (first, start - index.start_of(first, text) as usize) } else { (from_line, 0) };
        let contents = MietteSpanContents::new_named(
            self.0.path().to_owned(),
            &text.as_bytes()[from..to],
            (from, to - from).into(),
            line,
            column,
            to_line - from_line,
        );
        Ok(Box::new(contents))
    }
}

#[cfg(test)]
mod tests {
    use miette::NamedSource;

    use super::*;

    /// For every span of a small text that ends within a line, the index reads what miette's own source reads.
    #[test]
    fn the_index_reads_what_miette_reads() {
        let text = "a: 1\nb:\n  c: é\n\nlast";
        let file = SourceFile::new("x.yaml", text.as_bytes().to_vec());
        let (ours, theirs) = (IndexedSource(&file), NamedSource::new("x.yaml", text));
        for start in 0..text.len() {
            for end in (start + 1..=text.len()).filter(|end| text.as_bytes()[end - 1] != b'\n') {
                for context in [0, 1, 2] {
                    let span = SourceSpan::from((start, end - start));
                    let a = ours.read_span(&span, context, context).unwrap();
                    let b = theirs.read_span(&span, context, context).unwrap();
                    if context > 0 {
                        assert_eq!((a.line(), a.column()), (b.line(), b.column()), "{start}..{end} {context}");
                        assert!(a.data().starts_with(b.data().trim_ascii_end()), "{start}..{end} {context}");
                    }
                }
            }
        }
    }
}
