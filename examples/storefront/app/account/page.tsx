import SessionForm from './SessionForm';

export default function AccountPage() {
  return (
    <main>
      <h1>Account</h1>
      <SessionForm />
    </main>
  );
}
