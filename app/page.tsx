export default function Page() {
  return <main>Scaletrace</main>;
}
