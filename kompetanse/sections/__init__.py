"""Parts of a page or a report: protected figures and the group's own words as blocks."""
