export default function Isr({ count, draft }) {
  return <p>{draft ? 'draft' : 'published'} {count}</p>;
}

export function getStaticProps({ draftMode = false }) {
  globalThis.rendered = (globalThis.rendered ?? 0) + 1;
  return { props: { count: globalThis.rendered, draft: draftMode } };
}
