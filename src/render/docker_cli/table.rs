//! Columns, as Go's `text/tabwriter` aligns them for Docker: cells of at least ten columns, three of padding.

const NARROWEST: usize = 10;
const PADDING: usize = 3;

/// `top` has wider columns than the rest.
const NARROWEST_OF_PROCESSES: usize = 20;

/// Lays `top` out.
pub fn align_processes(headings: &[String], rows: &[Vec<String>]) -> String {
    let lines = std::iter::once(headings).chain(rows.iter().map(Vec::as_slice));
    let text: String = lines.map(|cells| cells.join("\t") + "\n").collect();
    align_from(&text, NARROWEST_OF_PROCESSES)
}

/// Aligns lines whose cells end with a tab; what follows the last tab of a line is not a cell and is not padded.
pub fn align(text: &str) -> String {
    align_from(text, NARROWEST)
}

fn align_from(text: &str, narrowest: usize) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len().saturating_sub(1)]).collect();
    measure(&lines, &mut widths, (0, narrowest), 0..lines.len());
    let mut aligned = String::with_capacity(text.len() * 2);
    for (line, widths) in lines.iter().zip(&widths) {
        for (index, cell) in line.iter().enumerate() {
            aligned.push_str(cell);
            if let Some(width) = widths.get(index) {
                aligned.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
        }
        aligned.push('\n');
    }
    // The text ended with a line end, or the last line has none.
    aligned.pop();
    aligned
}

/// A column is a run of lines that all have a cell there; its width is its widest cell's.
fn measure(
    lines: &[Vec<&str>],
    widths: &mut [Vec<usize>],
    (column, narrowest): (usize, usize),
    range: std::ops::Range<usize>,
) {
    let mut start = range.start;
    while start < range.end {
        if widths[start].len() <= column {
            start += 1;
            continue;
        }
        let end = (start..range.end).find(|line| widths[*line].len() <= column).unwrap_or(range.end);
        let widest = lines[start..end].iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
        let width = narrowest.max(widest + PADDING);
        for line in &mut widths[start..end] {
            line[column] = width;
        }
        measure(lines, widths, (column + 1, narrowest), start..end);
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_padded_but_the_last() {
        assert_eq!(
            align("REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE\n"),
            "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n"
        );
        assert_eq!(align("A\tB\nlonger than ten\tx\n"), "A                 B\nlonger than ten   x\n");
    }
}
