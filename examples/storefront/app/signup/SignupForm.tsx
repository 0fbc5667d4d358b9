'use client';

import { useState, type FormEvent } from 'react';

export default function SignupForm() {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [welcome, setWelcome] = useState<string | null>(null);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setError(null);

    const res = await fetch('/api/signup', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, name }),
    });
    const data = await res.json();

    if (!res.ok) {
      setError(data.error);
      return;
    }
    setWelcome(data.customer.name);
  }

  if (welcome) return <p>Welcome, {welcome}!</p>;

  return (
    <form onSubmit={onSubmit}>
      <input type="email" placeholder="E-mail" value={email} onChange={(event) => setEmail(event.target.value)} />
      <input placeholder="Name" value={name} onChange={(event) => setName(event.target.value)} />
      {error && <p role="alert">{error}</p>}
      <button type="submit">Create account</button>
    </form>
  );
}
