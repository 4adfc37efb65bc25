/** So many of a practice's own rows are looked through for one page of a list: what a filter asks for may be rare. */
export const EXAMINED_PER_PAGE = 500;
