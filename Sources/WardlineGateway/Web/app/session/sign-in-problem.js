// Why an identity provider's sign-in has failed: it leads back here with a word in the address.

const parameter = "sign-in-error";

const problems = {
  cancelled: "You have not signed in. You can try again.",
  refused: "The sign-in was refused. Ask your clinic if you should have access.",
  unavailable: "The sign-in service cannot be reached at the moment. Try again in a few minutes.",
  unknown_user: "There is nobody here under that account. Ask your clinic to add you.",
};

/// The problem in words, once: it is taken out of the address, so that the next try begins without.
export function takeSignInProblem() {
  const address = new URL(location.href);
  const code = address.searchParams.get(parameter);
  if (code === null) return null;
  address.searchParams.delete(parameter);
  history.replaceState(null, "", address.pathname + address.search);
  return problems[code] ?? "The sign-in did not succeed. Try again.";
}
