"""A page as state.gov shows a report, made up: every kind of block, and the site around it."""

ADDRESS = "https://www.state.gov/reports/2019-country-reports-on-human-rights-practices/chad/"
HEAD = """<meta charset="utf-8"><title>Chad - United States Department of State</title>
<link rel="canonical" href="ADDRESS"><meta property="og:title" content="Chad - United States Department of State">
<style>.x{color:red}</style><script>var a = "Police beat script.";</script>""".replace("ADDRESS", ADDRESS)
BODY = """
<section class="report__content__inner entry-content">
  <h2 id="report-toc__exec-summary">EXECUTIVE SUMMARY</h2>
  <p>Chad is a centralized   republic
     in which the executive dominates.</p><p>&nbsp;</p>
</section>
<section>
  <a class="accordion-title" href="#section-1"><h4 class="report-toc-section">Section 1.</h4>
    <h3> Respect for the Integrity of the Person, Including Freedom from:<span class="icon-svg"><svg><text>x</text></svg></span></h3></a>
  <h3>a. Arbitrary Deprivation of Life</h3>
  <p>There were reports of killings. See <a href="https://a.example"><span>a.example/x</span><span class="icon">&nbsp;</span></a>.</p>
  <h3>c. Torture</h3>
  <p>The law prohibits torture<a href="#_ftn1">[1]</a>, and police beat an<i>y</i>one.</p>
  <h4>Prison and Detention Center Conditions</h4>
  <p><u>Physical Conditions</u>: Prisons were overcrowded.</p>
  <p><u>Female Genital Mutilation/Cutting (FGM/C)</u>: The law prohibits it.</p>
  <p><b>Trial Procedures</b></p>
  <p>Courts were slow.<br><br>Judges left.</p>
  <ul><li>One prison closed.</li><li>Two prisons opened.</li></ul>
  <table><tr><th>Year</th><th>Deaths</th></tr><tr><td>2018</td><td>12</td></tr></table>
  <div>Loose text counts, too.</div>
  <p><a href="#_ftnref1">[1]</a> Law of 2017, article 3.</p>
</section>
<div class="report__tags"><div class="related-tags"><p>Tags</p><a class="button" href="/x">Bureau of African Affairs</a></div></div>"""
PAGE = f"""<!doctype html><html><head>{HEAD}</head><body>
<header><a href="/">Home</a><p>An official website of the United States Government Here’s how you know</p></header>
<main><article class="post tag-chad">
<h1>2019 Country Reports on Human Rights Practices: Chad</h1>
<div class="report-meta__link--download-pdf"><h5><a href="https://www.state.gov/wp-content/uploads/2020/03/CHAD.pdf">Download Report</a></h5></div>
<nav class="report-toc"><ol><li><a href="#report-toc__section-1">Section 1. Respect</a></li></ol></nav>
<div id="report_content" class="report__content">{BODY}</div>
<div class="share-bar"><p>Share this page with all of your friends and colleagues today.</p></div></article>
<form><p>03 / Select Countries</p><select><option>Afghanistan</option></select></form></main>
<div id="mininav"><ol><li><a href="#report-toc__section-1">Section 1. Respect</a></li></ol></div>
<footer><p>U.S. Department of State</p></footer></body></html>"""
STORED = """EXECUTIVE SUMMARY
Chad is a centralized republic in which the executive dominates.
Section 1. Respect for the Integrity of the Person, Including Freedom from:
a. Arbitrary Deprivation of Life
There were reports of killings. See a.example/x\u00a0.
c. Torture
The law prohibits torture[1], and police beat anyone.
Prison and Detention Center Conditions
Physical Conditions: Prisons were overcrowded.
Female Genital Mutilation/Cutting (FGM/C): The law prohibits it.
Trial Procedures
Courts were slow.
Judges left.
One prison closed.
Two prisons opened.
Year | Deaths
2018 | 12
Loose text counts, too.
[1] Law of 2017, article 3."""
"""A line for each block of what is stored of it."""
