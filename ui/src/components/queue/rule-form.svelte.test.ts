import { describe, expect, it } from 'vitest';
import type { SharedRules } from '$lib/backend/generated/SharedRules';
import { NO_RULES } from '$lib/domain/rules';
import { RuleForm } from './rule-form.svelte';

const form = (own: Partial<SharedRules> = {}): RuleForm => new RuleForm({ ...NO_RULES, ...own });

describe('limits and goals that are typed', () => {
  it('change nothing before anybody has chosen something', () => {
    expect(form().change).toEqual({});
    expect(form({ down: null, then: null }).change).toEqual({});
    expect(form({ down: null }).choice('down')).toBe('differ');
  });
  it('say only what is another than it was', () => {
    const rules = form({ up: { type: 'value', value: 200_000 } });
    rules.choose('down', 'value');
    rules.type('down', '500');
    rules.choose('ratio_percent', 'none');
    rules.then = 'low';
    expect(rules.change).toEqual({
      down: { type: 'value', value: 500_000 },
      ratio_percent: { type: 'none' },
      then: 'low',
    });
  });
  it('go back to what others say', () => {
    const rules = form({ up: { type: 'value', value: 200_000 } });
    rules.choose('up', 'inherit');
    expect(rules.change).toEqual({ up: { type: 'inherit' } });
    rules.choose('up', 'value');
    expect(rules.text('up')).toBe('200');
    expect(rules.change).toEqual({});
  });
  it('keep to the byte what was set so', () => {
    expect(form({ up: { type: 'value', value: 123_456 } }).text('up')).toBe('123');
    expect(form({ up: { type: 'value', value: 123_456 } }).change).toEqual({});
  });
  it('offer a value to begin with', () => {
    const rules = form();
    rules.choose('ratio_percent', 'value');
    expect(rules.text('ratio_percent')).toBe('2');
    expect(rules.change).toEqual({ ratio_percent: { type: 'value', value: 200 } });
  });
  it('are refused out of range, and then change nothing', () => {
    const rules = form();
    rules.choose('down', 'value');
    rules.type('down', '16');
    expect(rules.problem('down')).toContain('17');
    expect(rules.isSound).toBe(false);
    expect(rules.change).toEqual({});
    rules.choose('down', 'inherit');
    expect(rules.isSound).toBe(true);
  });
});
