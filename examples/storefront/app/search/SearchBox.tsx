'use client';

import Link from 'next/link';
import { useEffect, useState } from 'react';
import type { SearchHit } from '../../pages/api/search';

const DEBOUNCE_MS = 250;

export default function SearchBox() {
  const [query, setQuery] = useState('');
  const [hits, setHits] = useState<SearchHit[]>([]);
  const [total, setTotal] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const res = await fetch(`/api/search?q=${encodeURIComponent(query)}`, { signal: abort.signal }).catch(() => null);
      if (!res?.ok) return;
      setHits(await res.json());
      setTotal(Number(res.headers.get('X-Total-Count') ?? 0));
    }, DEBOUNCE_MS);

    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]);

  return (
    <>
      <input type="search" value={query} onChange={(event) => setQuery(event.target.value)} />
      <p>{total} found</p>
      <ul>
        {hits.map((hit) => (
          <li key={hit.id}>
            <Link href={`/products/${hit.id}`}>{hit.name}</Link>, {hit.price}
          </li>
        ))}
      </ul>
    </>
  );
}
