// The binding of htm to Preact, and what pages use of both, under one name.
// Preact sets properties where an element has them: `translate` is one that is true or false, so what is not to be translated says ${false}.

import { h, render, Fragment } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import htm from 'htm';

export const html = htm.bind(h);
export { render, Fragment, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState };
