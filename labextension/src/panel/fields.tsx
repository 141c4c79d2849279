/** The fields of a form: each with its label, controlled by a model. */

import React from 'react';

/** One of several. */
export function Choice<Id extends string>(props: {
  label: string;
  options: { id: Id; label: string }[];
  value: Id;
  choose: (id: Id) => void;
}): React.ReactElement {
  const { label, options, value, choose } = props;
  return (
    <label>
      <span>{label}</span>
      <select
        value={value}
        onChange={event => {
          choose(event.target.value as Id);
        }}
      >
        {options.map(option => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A line of text. */
export function Text(props: {
  label: string;
  value: string;
  placeholder?: string;
  write: (text: string) => void;
}): React.ReactElement {
  const { label, value, placeholder, write } = props;
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onChange={event => {
          write(event.target.value);
        }}
      />
    </label>
  );
}

/** Yes or no. */
export function Check(props: {
  label: string;
  checked: boolean;
  set: (checked: boolean) => void;
}): React.ReactElement {
  const { label, checked, set } = props;
  return (
    <label className="jp-SecurePyPI-check">
      <input
        type="checkbox"
        checked={checked}
        onChange={event => {
          set(event.target.checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}
