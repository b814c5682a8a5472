/** A lucide icon, as decoration: the control that it stands in carries the name. */
export type IconNode = readonly (readonly [string, Readonly<Record<string, string | number | undefined>>])[];

export function Icon({ icon, class: name = "" }: { icon: unknown; class?: string }) {
  return (
    <svg class={`icon ${name}`} width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {(icon as IconNode).map(([shape, attributes], i) => {
        const Shape = shape as "path";
        return <Shape key={i} {...(attributes as Record<string, string>)} />;
      })}
    </svg>
  );
}
