import { describe, expect, it } from 'vitest';
import { incident, told } from './shipped.ts';

const byPort = 'Which outgoing port does their Outlook use?';
const byAuthentication = 'Is “My outgoing server (SMTP) requires authentication” ticked?';
const byTest = 'Does a test message leave';

describe('port 25, blocked by the provider', () => {
  it('is changed to 587, else 465 or 26, and mail leaves', () => {
    incident()
      .asks('What does Outlook say when they send?')
      .clicks('Nothing, it stays in the Outbox')
      .asks(byPort)
      .says('Many Internet providers block port 25')
      .clicks('25')
      .says('replace 25 by **587**', 'try **465** with **SSL/TLS**', 'then **26**')
      .asks(`${byTest} with the new port?`)
      .clicks('Yes')
      .ends('resolved', 'Outlook sends by another port than 25.');
  });

  it.each(['smtp', 'none', 'unknown'])('is thought of first when they say: %s', (error) => {
    incident().answers(error).asks(byPort).clicks('They can’t tell').says('replace 25 by **587**');
  });

  it('is thought of with any other message, which is kept', () => {
    incident().clicks('Another …', '0x80042109').asks(byPort).says('Another: 0x80042109');
  });

  it('that they will try later ends well, and one that changes nothing leads on', () => {
    incident().answers('smtp', 'blocked').clicks('They will see later').ends('resolved');
    incident().answers('smtp', 'blocked', 'no').asks(byAuthentication);
    incident().answers('smtp', 'open').asks(byAuthentication);
  });
});

describe('authentication of outgoing mail', () => {
  it('that is off is switched on, without anybody being told a password', () => {
    incident()
      .clicks('Relaying denied, or not authenticated')
      .says('its outgoing authentication is off')
      .asks(byAuthentication)
      .clicks('No')
      .says('Use same settings as my incoming mail server', 'Please do not tell the password to anybody')
      .asks(`${byTest} with authentication?`)
      .clicks('Yes')
      .ends('resolved', 'Outgoing authentication was switched on');
  });

  it('that nobody can see is switched on all the same', () => {
    incident().answers('relay', 'unknown').says('Use same settings').answers('unknown').ends('resolved');
  });

  it('that was on, or was not it, leads to all the settings', () => {
    incident().answers('relay', 'on').says(told.outbox, told.inbox, told.login);
    incident().answers('relay', 'off', 'no').says(told.outbox).asks(`${byTest} with these settings?`);
  });
});

describe('all the settings', () => {
  it.each(['Yes', 'They will see later'])('are compared: %s', (answer) => {
    incident().answers('relay', 'on').clicks(answer).ends('resolved', 'settings were corrected');
  });

  it('that were right leave nothing that is known to be wrong', () => {
    const talk = incident().answers('relay', 'on', 'no').says('what is left is room');
    talk.ends('escalated', 'Nothing on the server keeps them from sending');
    expect(talk.acts).toEqual([]);
  });

  it('that WHM does not tell are passed over', () => {
    incident({ mailSettings: ['unknown'] })
      .answers('relay', 'on')
      .says('what is left is room')
      .ends('escalated');
  });
});
