//! Markdown as one self-contained HTML page.

use crate::text::Lang;
use pulldown_cmark::{Options, Parser, html};

const STYLE: &str = "\
body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1.5rem;color:#1a1a1a;background:#fff}\
h1,h2,h3,h4{line-height:1.3;margin-top:2em}h4{margin-top:1.6em}\
code,pre{font:14px/1.5 ui-monospace,monospace;background:#f3f3f3}code{padding:.1em .25em;overflow-wrap:anywhere}\
pre{padding:.8rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}pre code{padding:0}\
table{border-collapse:collapse;width:100%;margin:1em 0;font-size:.92em}\
th,td{border:1px solid #ccc;padding:.35em .5em;text-align:left;vertical-align:top}th{background:#f3f3f3}\
a{color:#0645ad}:target{background:#fff3bf}\
@media print{a{color:inherit;text-decoration:none}h4{break-after:avoid}}\
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}code,pre,th{background:#262626}th,td{border-color:#444}\
a{color:#8ab4f8}:target{background:#4a3f00}}";

/// A page without external resources: no script, font or image.
pub(crate) fn page(title: &str, markdown: &str, lang: Lang) -> String {
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    let lang = lang.tag();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}
