/** The component library in the look of the house: used for forms and overlays only. */
import type { GlobalThemeOverrides } from 'naive-ui';
import { token, type Theme } from './tokens';

/** Overrides for one theme. */
export function naiveOverrides(theme: Theme): GlobalThemeOverrides {
  const of = (name: string): string => token(theme, name);
  return {
    common: {
      fontFamily: 'var(--font)',
      fontFamilyMono: 'var(--font-mono)',
      fontSize: '13px',
      fontSizeSmall: '12px',
      fontSizeMedium: '13px',
      fontSizeLarge: '13px',
      fontWeight: '400',
      fontWeightStrong: '600',
      lineHeight: '20px',
      borderRadius: '6px',
      borderRadiusSmall: '4px',
      heightSmall: '24px',
      heightMedium: '28px',
      heightLarge: '32px',
      // What stands on a filled pine: white in both themes.
      baseColor: of('on-fill'),
      primaryColor: of('pine'),
      primaryColorHover: of('pine-hover'),
      primaryColorPressed: of('pine-press'),
      primaryColorSuppl: of('pine'),
      errorColor: of('red'),
      warningColor: of('amber'),
      infoColor: of('indigo'),
      successColor: of('pine-mark'),
      textColorBase: of('ink'),
      textColor1: of('ink'),
      textColor2: of('ink'),
      textColor3: of('ink-3'),
      placeholderColor: of('ink-3'),
      iconColor: of('ink-3'),
      bodyColor: of('paper'),
      cardColor: of('surface'),
      modalColor: of('surface'),
      popoverColor: of('surface'),
      inputColor: of('surface'),
      tableColor: of('surface'),
      hoverColor: of('surface-3'),
      borderColor: of('line-2'),
      dividerColor: of('line'),
      boxShadow1: of('shadow-1'),
      boxShadow2: of('shadow-2'),
      boxShadow3: of('shadow-3'),
    },
    Input: {
      boxShadowFocus: `0 0 0 2px ${of('focus')}38`,
      borderFocus: `1px solid ${of('focus')}`,
      borderHover: `1px solid ${of('ink-4')}`,
    },
    Dialog: { borderRadius: '12px', padding: '20px' },
    Card: { borderRadius: '12px', paddingMedium: '16px 20px' },
  };
}
