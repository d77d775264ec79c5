import { expect, test } from 'vitest';
import { withoutAnalytics } from './without-analytics.ts';

const page = `<body><script>window.data = 1;</script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>
  window.dataLayer = [];
  function gtag(){dataLayer.push(arguments);}
  gtag('config', 'G-1', { "reportUuid": "x" });
</script>
<script src="app.js"></script></body>`;

test('analytics go, and every other script stays', () => {
  expect(withoutAnalytics(page).replaceAll(/\s+/g, ' ')).toBe(
    '<body><script>window.data = 1;</script> <script src="app.js"></script></body>',
  );
});

test('a page that loads them in another way is refused', () => {
  expect(() => withoutAnalytics('<link rel="preload" href="https://www.googletagmanager.com/gtag/js">')).toThrow(
    /not known here/,
  );
});
