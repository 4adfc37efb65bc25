/** What the committed document names in the place of an exchange: an exchange that serves it names itself there. */

export const ORIGIN = 'https://exchange.example';
export const OPERATOR = { name: 'The operator of the exchange', email: 'operator@exchange.example' };

interface Own {
  readonly publicOrigin: string;
  readonly operator: { readonly name: string; readonly email: string };
}

/** @param text the document, as JSON or as YAML (of which every JSON text is one) */
export const asServedBy = (text: string, { publicOrigin, operator }: Own): string =>
  text
    .replaceAll(ORIGIN, () => publicOrigin)
    .replace(
      /("?)name\1: ?"?The operator of the exchange"?/,
      (found) => `${found.slice(0, found.indexOf(':'))}: ${JSON.stringify(operator.name)}`,
    )
    .replace(OPERATOR.email, () => operator.email);
