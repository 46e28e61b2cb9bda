/** What a question takes along of the conversation before it. */

const MOST = 6;

/** The latest turns, of whole answers alone: nothing that was withheld, nothing that was not checked. */
export function turns(answers) {
  return answers.slice(-MOST).map(turn);
}

function turn({ standalone_question: question, statements, filters }) {
  return {
    question,
    statements: statements.map((statement) => statement.text),
    countries: filters.inferred ? filters.countries : [],
    years: filters.inferred ? filters.years : [],
  };
}
