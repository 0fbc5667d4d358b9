'use client';

import { useEffect, useState, type FormEvent } from 'react';
import type { Session } from '@/pages/api/session';

export default function SessionForm() {
  const [session, setSession] = useState<Session>({ customer: null });
  const [error, setError] = useState('');

  useEffect(() => {
    fetch('/api/session')
      .then((res) => res.json())
      .then(setSession);
  }, []);

  async function logIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get('email');
    const res = await fetch('/api/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email }),
    });
    const data = await res.json();
    setError(res.ok ? '' : data.error);
    if (res.ok) setSession(data);
  }

  async function logOut() {
    const res = await fetch('/api/session', { method: 'DELETE' });
    if (res.status === 204) setSession({ customer: null });
  }

  if (session.customer) {
    return (
      <p>
        Hello {session.customer.name}. <button onClick={logOut}>Log out</button>
      </p>
    );
  }

  return (
    <form onSubmit={logIn}>
      <input type="email" name="email" placeholder="E-mail" required />
      {error && <p role="alert">{error}</p>}
      <button type="submit">Log in</button>
    </form>
  );
}
