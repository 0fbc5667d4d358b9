import SearchBox from './SearchBox';

export default function SearchPage() {
  return (
    <main>
      <h1>Search</h1>
      <SearchBox />
    </main>
  );
}
