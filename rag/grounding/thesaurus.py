"""Words that these reports and their readers use for one another, and words that are opposites.

A concept is the first word of its group. Opposites share a concept and differ in sign, so that "prohibits" and "does
not allow" meet, and "prohibits" and "allows" do not.
"""

from rag.words import stem

_SYNONYMS = """
abuse mistreat mistreatment ill-treatment maltreat maltreatment ill-treat; accuse accusation charge allege; act
action activity measure step; adequate sufficient enough proper properly; advocate defender activist campaigner
campaign; agree agreement accord consent; aim goal objective purpose intend intention intent; amend amendment change
alter modify; announce announcement declare proclaim publicize; answer respond response reply; appeal challenge
contest; apply application applicant; appoint appointment name nominate nomination nominee select choose pick;
approximate approximately about roughly around nearly almost some; argue contend maintain assert insist claim;
arrest detain detention apprehend custody; assault attack; assist assistance help aid support; attempt try seek;
attorney lawyer counsel solicitor; authority authorities official government officialdom; beat beating; become turn;
begin start initiate launch open commence; belongings property item possession; block restrict restriction limit
limitation constrain constraint hinder hamper impede obstruct curb; body agency organ institution; border frontier;
bribe bribery; build building; case instance occasion; cause reason ground; child children minor youth youngster;
choose decide opt elect; citizen national; close shut closure; combat fight counter; comment remark; commit carry
conduct perform; complain complaint; complete finish conclude end conclusion; concern worry fear; condition
circumstance; confess confession; confiscate seize seizure; consider view regard deem see perceive; continue remain
keep still persist ongoing; control oversee supervise oversight supervision monitor monitoring watch; convict
conviction guilty; corrupt corruption graft; country state nation nationwide; court tribunal judicial judiciary
bench; create establish establishment found set form; criminal crime offense offence; criticize critic criticism
fault slam condemn; damage harm injure hurt injury; danger risk threat threaten peril; death die dead deadly kill
killing fatal; decide order decision rule ruling judgment verdict; defend defense; define definition; delay
postpone; demand call urge request; demonstrate demonstration protest protester rally demonstrator rallies; deport
deportation expel expulsion; destroy destruction; develop development; difficult difficulty problem challenge
trouble; disappear disappearance; sentence discipline disciplinary punish punishment penalize penalty sanction;
discover detect find; dismiss dismissal fire sack remove removal oust; disseminate dissemination spread circulate
circulation; document paper paperwork identification; drop abandon discontinue close close; duty obligation
responsibility; edition report; effect impact; employ employer employment work job worker labor; evidence proof;
examine inspect inspection review check study scrutinize scrutiny; exceed surpass more; exchange hands; expel
extradite extradition; explain explanation; extend extension prolong prolonged lengthy long; fabricate fabrication
false falsify falsification fake untrue; facility centre center place; family relative; fear afraid; fine fee; flee
fled escape escaped; follow following after subsequent; force compel coerce; foreign foreigner abroad international;
fund finance financing funding; get obtain gain acquire receive acquisition secure; give grant award; group
organization organisation association alliance movement; guard guardian; hard harsh severe grave serious tough
harshly; harass harassment; health medical medicine; hear hearing; high senior top; hold held; home house residence
reside resident live living dwell dwelling; home-country homeland; identity identify identification; illegal
unlawful illicit; imprison sentence imprisonment prison jail incarcerate incarceration prisoner inmate penitentiary
penal; improper undue inappropriate; include including comprise; incident case; independent independence autonomous;
indicate show suggest; influence sway; inform notify notification tell; information data; investigate investigation
probe inquiry; issue hand; journalist reporter press media outlet; judge justice; kill murder; law legal legislation
legislative statute code lawful legally act; lead leader head chair chairman chairperson chief chaired; learn
discover; leave depart exit left; libel defamation defame defamatory slander; link connect connection tie associate
association relation affiliate; list catalogue; loss lose lost; main primary principal chief key; man men male;
manage director; medium media; meet meeting; member membership; money fund sum; monthly month; motivate motive; move
movement transfer relocate; murder slay; nearby near proximity close vicinity; need necessary require requirement
must oblige; note point; obey comply compliance; observe observer monitor; occur happen take; offer provide
provision; office bureau; officer policeman official; oppose opposition opponent; order command instruct; outside
outdoors outdoor abroad; own ownership owner; participate participation part involve involvement; party parties; pay
payment; people person individual citizen men; permission permit authorization approval clearance; place put
location locate; plan scheme; police policeman; poor inadequate bad; post publish publication; power authority;
praise laud commend hail welcome; president presidential presidency; pressure pressurize; print publish; private
personal; probation restricted; procedure process proceeding; promise pledge vow commit; prosecute prosecution
prosecutor; protect shield safeguard protection; prove proof; public open; question interrogate interrogation
questioning; quick prompt swift promptly speedy; quota share; rape sexual; receive get; recommend recommendation;
recognize recognise spot identify; record document; refugee asylum; refute rebut; register registration; regular
regularly routine routinely; religion religious; remote remotely online; represent representation representative;
resign resignation step quit; result outcome consequence lead; retain keep; return repatriate repatriation; right
entitle entitlement freedom; sanitary hygiene hygienic sanitation sewerage sewage; satire satirical; say state tell
report note announce remark comment; school education; sentence prison-term term; session meeting hearing; sign
signature; similar alike comparable; site website; small minor; soldier troop military army; speak spoke speech;
special specific; staff personnel employee; stop halt cease; strengthen bolster; submit submission file present
lodge; subsequently later then after; suffer undergo; surveillance monitor watch wiretapping; suspect suspicion;
swift fast; target single; tax taxation; temporary interim provisional; test examination; threaten threat; time
period duration length span; torture ill-treatment cruel inhuman degrading; train training; transparency
transparent; travel trip movement; treat treatment; trial try; true truth; typographical typing; understand aware
awareness know knowledge known; urgent emergency; use utilise utilize usage employ; usual usually typical typically;
verdict conviction; vehicle traffic; victim casualty; video footage; violate violation breach infringe infringement
contravene; violent violence; visit go went gone; vote ballot voter; wait await; want wish; weak weaken; website
site; widespread common commonplace prevalent rife pervasive; win won victory; wife spouse husband; withdraw
withdrew withdrawn; woman women female; write wrote written; year annual annually yearly; attendance attend
attended; freezing frigid cold; steal theft thief rob robbery stealing
"""

_OPPOSITES = """
convict conviction convicted guilty sentence sentenced / acquit acquittal acquitted innocent cleared exonerate
exonerated; uphold upheld affirm affirmed confirm confirmed / overturn overturned quash quashed reverse reversed
annul annulled revoke revoked; grant granted award awarded approve approved approval accept accepted / deny denied
refuse refused refusal reject rejected declined turned; increase increased increasing rise rose risen rising grow
grew growth climb climbed jump up surge more raise raised boost boosted expand expanded widen widened double doubled
greater / decrease decreased reduce reduced reduction decline declined fall fell fallen drop dropped shrink down
fewer less curtail curtailed lessened diminished lowered plummeted halved cut smaller; higher / lower; lengthen
lengthened longer extend extended / shorten shortened shorter; release released releasing freed free / rearrested
redetained imprison jailed; allow allowed permit permitted permission authorize authorized legalize legalized
entitle entitled lift lifted / prohibit prohibited prohibition ban banned forbid forbidden bar barred outlaw
outlawed criminalize; legal lawful lawfully legally / illegal unlawful unlawfully illegally; increase-independence
strengthen strengthened strong / weaken weakened weak; begin began start started begun launch launched initiate
initiated open opened / complete completed finish finished end ended close closed conclude concluded; introduce
introduced add added establish established impose imposed create created / remove removed abolish abolished
eliminate eliminated repeal repealed; support supported supporter praise praised welcome welcomed hail / oppose
opposed opponent criticize criticized condemn condemned; win won / lose lost; able / unable; adequate sufficient
enough / inadequate insufficient; common commonplace frequent frequently often regularly / rare rarely seldom
infrequent uncommon; easily easy / difficult hard difficulty; presence present / absence absent; include included
including / exclude excluded excluding except; before prior / after following subsequent; public publicly / secret
secretly confidential confidentially; voluntary voluntarily / compulsory mandatory forced involuntarily involuntary;
majority most / minority; best good / worst poor bad; first / last; minimum least / maximum most; early earlier /
late later; satisfactory / unsatisfactory; clear clearly / unclear vague; independent independence / dependent;
enter entered entry / exit leave left; enforce implement implemented / ignore ignored; cooperative / uncooperative
nonresponsive; violent / nonviolent peaceful peacefully; success successful / unsuccessful; possible / impossible;
eligible / ineligible; fair / unfair; sanctioned / unsanctioned; registered / unregistered; compliant /
noncompliant; overt openly open / covert; rich / indigent; healthy / sick; narrow / broad; join joined / quit; hire
hired appoint appointed / dismiss dismissed fired fire; temporary temporarily / permanent permanently; full fully
complete / partial partially incomplete; true genuine / false fabricated; extradite deport / repatriate; optional
voluntary / required; continue continued remain remained keep kept persist persisted / end ended stop stopped cease
ceased halt halted; light lenient mild / heavy harsh severe; voluntarily voluntary chose choose willingly /
involuntarily involuntary forced; investigate investigated examine examined / ignore ignored overlook overlooked;
improve improved benefited enhance enhanced / mar marred worsen worsened damage damaged harm harmed deteriorate
deteriorated; fair just / unfair unjust violated biased; favor favored support supported / reject rejected dismiss
dismissed oppose opposed; protect protected / expose exposed violate violated infringe infringed; obey obeyed comply
complied / violate violated breach breached; repay return returned / keep kept retain retained confiscate
confiscated; safe / dangerous threatening; cooperative / hostile; help helped / hinder hindered prevent prevented;
legalize legalized decriminalize decriminalized / criminalize criminalized; transparent / opaque; join / leave; win
winning / lose losing; arrive arrived come came / leave left depart departed; alive survived survive / dead died die
killed
"""


def _concepts() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for listed in _SYNONYMS.split(";"):
        group = listed.split()
        for word in group:
            found.setdefault(stem(word), []).append(group[0])
    return {word: tuple(dict.fromkeys(groups)) for word, groups in found.items()}


def _signs() -> dict[str, tuple[tuple[str, bool], ...]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for listed in _OPPOSITES.split(";"):
        positive, _, negative = listed.partition("/")
        name = positive.split()[0]
        for side, sign in ((positive, False), (negative, True)):
            for word in side.split():
                found.setdefault(word, []).append((name, sign))
    return {word: tuple(dict.fromkeys(pairs)) for word, pairs in found.items()}


CONCEPTS = _concepts()
"""Stem to the groups that it belongs to."""
_IRREGULAR = """arise arose arisen; beat beaten; become became; begin began begun; break broke broken; bring brought;
build built; buy bought; catch caught; choose chose chosen; come came; deal dealt; draw drew drawn; drive drove driven;
fall fell fallen; feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden; get got;
give gave given; go went gone; grow grew grown; hear heard; hide hid hidden; hold held; keep kept; know knew known;
lead led; leave left; lose lost; make made; mean meant; meet met; pay paid; rise rose risen; say said; see saw seen;
seek sought; sell sold; send sent; shake shook; shoot shot; speak spoke spoken; spend spent; stand stood; steal stole
stolen; strike struck; take took taken; teach taught; tell told; think thought; throw threw thrown; win won; withdraw
withdrew withdrawn; write wrote written"""
BASES = {form: stem(listed.split()[0]) for listed in _IRREGULAR.split(";") for form in listed.split()[1:]}
"""Irregular past forms to the stem of their verb."""
_SIGNS = _signs()


def sides(folded: str) -> tuple[tuple[str, bool], ...]:
    """Pairs of opposites that a folded word belongs to, and whether to the second side."""
    return _SIGNS.get(folded) or _SIGNS.get(folded.removesuffix("s"), ())
