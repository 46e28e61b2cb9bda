"""Statements as a careful or a careless writer would put them, beside the sentences that they cite."""

from pathlib import Path

import pytest

from rag.corpus import passages, read_folder
from rag.grounding.guard import DeterministicGuard
from rag.types import Draft

REPORTS = read_folder(Path(__file__).parents[2] / "seeds")
INFOS = {report.info.id: report.info for report in REPORTS}
PLACES = [(p, i) for report in REPORTS for p in passages.split(report) for i in range(len(p.sentences))]

SUPPORTED = [
    (
        "Police officers detained the herdsman Azamat Orazaly on October 17 because they suspected him of stealing cattle.",
        ["20:On October 17, police detained"],
    ),
    (
        "Orazaly died later that day, allegedly as police tried to beat a confession out of him.",
        ["20:Later that same day"],
    ),
    ("Three police officers were arrested and torture charges were brought.", ["20:The investigation led to charges"]),
    (
        "Two independent doctors took part in the examination of Agadil's body and found no evidence of forced death, but they did find bruises.",
        ["20:After human rights activists demanded"],
    ),
    (
        "In May the investigation was completed and sent to court; a jury trial opened on August 17.",
        ["20:The investigation was completed and submitted"],
    ),
    (
        "Ombudsman Azimova's office received 125 complaints about torture and cruel treatment during the first ten months of 2020, up from 84 in all of 2019.",
        ["20:During the first 10 months of the year, her office"],
    ),
    ("The NPM said that 23 people were convicted of torture.", ["20:The NPM reported that 121"]),
    (
        "Officers were rarely brought to justice for torture, and those who were often got light sentences.",
        ["20:Cases of prison officers"],
    ),
    (
        "Seven officers of the Zarechniy prison were convicted of torture by the Kapshagay district court on February 3.",
        ["20:On February 3, the Kapshagay"],
    ),
    (
        "Over 200 inmates of the RU-170/3 prison in Uralsk were badly beaten by National Guard soldiers on January 23.",
        ["20:On January 23, more than 200"],
    ),
    ("Nobody was held responsible for either of the two incidents.", ["20:A similar incident occurred"]),
    (
        "Conditions in prisons were generally harsh and at times life-threatening, and they fell short of international health standards.",
        ["20:Prison conditions were generally harsh"],
    ),
    ("There were not enough medical staff in prisons.", ["20:Prisons faced serious shortages"]),
    (
        "Three men died on June 1 after an alleged poisoning in a detention facility in Kokshetau, press accounts said.",
        ["20:On June 1, three men died"],
    ),
    (
        "The government published no figures on suicides in prisons during the year.",
        ["20:The government did not publish statistics on the number of deaths"],
    ),
    (
        "Some prisons did not let Muslim prisoners fast during Ramadan, PMC members reported.",
        ["20:PMC members reported that some prisons prohibited"],
    ),
    (
        "There were no independent international prison monitors in 2020.",
        ["20:There were no independent international"],
    ),
    (
        "Semyonova had lost four lawsuits by September, while three had been withdrawn.",
        ["20:As of September complainants"],
    ),
    (
        "Prosecutors freed 500 people who had been unlawfully detained, the prosecutor general told media in August.",
        ["20:In August the prosecutor general"],
    ),
    (
        "Prosecutors have five days to review the case materials and pass them on to the court.",
        ["20:The materials of the case are shared"],
    ),
    (
        "Pretrial detention can last up to two months and, depending on how complex and severe the alleged offense is, can be extended to as long as 18 months.",
        ["20:Once charged, detainees", "20:Depending on the complexity"],
    ),
    (
        "A judge of the investigating court has ten days to overturn or uphold a challenged decision.",
        ["20:An investigative judge has 10"],
    ),
    (
        "In 2016, investigative judges had between three and ten days to decide on such complaints.",
        ["16:An investigative judge has three"],
    ),
    (
        "Human rights observers said that the case against Zakirova was marked by many serious irregularities.",
        ["20:Human rights observers stated that the investigation and court trial"],
    ),
    (
        "37 judges were dismissed in 2019 for unlawful decisions, ethics violations and failing tests of professional aptitude, according to Supreme Court chairman Zhakip Asanov.",
        ["20:During a January 13 meeting"],
    ),
    (
        "A former judge, Elvira Ospanova, was sentenced to four years in prison and banned from state service for life.",
        ["20:Ospanova received four years"],
    ),
    (
        "Tirek, a civil society alliance, kept a list of about 23 people whom it regarded as political prisoners.",
        ["20:The civil society alliance Tirek"],
    ),
    (
        "According to the UN Working Group on Arbitrary Detention, Bokayev's imprisonment was arbitrary, but he was still in jail at the end of the year.",
        ["20:Although the UN Working Group"],
    ),
    (
        "France's National Court of Asylum granted Mukhtar Ablyazov political asylum on September 29.",
        ["20:On September 29, France"],
    ),
    (
        "The Supreme Court of Ukraine on May 14 reversed a ruling that had favored Zhanara Akhmet's asylum application.",
        ["20:On May 14, Ukraine"],
    ),
    (
        "Courts may hear appeals against prosecutors' decisions but cannot issue immediate injunctions to stop an infringement.",
        ["20:Courts may hear an appeal"],
    ),
    (
        "Libel was decriminalized when the president signed amendments on June 27.",
        ["20:On June 27, the president signed"],
    ),
    (
        "Access to the website kuresker.org was blocked on May 16; it had reported on the repression of activists.",
        ["20:On May 16, authorities blocked"],
    ),
    (
        "Foreign-produced programs may fill no more than half of a local station's weekly airtime.",
        ["20:The law limits the broadcast of foreign"],
    ),
    ("Police said 53 protesters were detained, seven of whom were fined.", ["20:Police stated that 53"]),
    (
        "The head of the PMC in Pavlodar, Elena Semyonova, remained under pressure from the authorities.",
        ["20:Authorities continued pressure on activist Elena"],
    ),
    ("Women and young people must together make up 30 percent of party lists.", ["20:mandate a combined 30 percent"]),
    (
        "The threshold for registering a party was lowered from 40,000 members to 20,000.",
        ["20:the registration threshold was reduced"],
    ),
    (
        "Bulat Bakauov, the governor of Pavlodar province, was found guilty of abuse of power on May 27.",
        ["20:On May 27, a court found"],
    ),
    (
        "Officials must declare their income and assets every year, but the declarations are not open to the public.",
        ["20:The law requires government officials, applicants", "20:Tax declarations are not"],
    ),
    (
        "Bilash, who leads Atajurt, was found guilty by an Almaty court on August 18 and fined 138,900 tenge ($330).",
        ["20:The government continued to pressure Atajurt"],
    ),
    (
        "The ombudsman cannot investigate complaints about decisions of the president or the courts.",
        ["20:The ombudsman did not have the authority"],
    ),
    ("As of July the country had 510 recognized refugees.", ["20:There were 510 recognized"]),
    (
        "Asylum seekers receive no accommodation, allowances or social benefits from the government.",
        ["20:The government does not provide accommodation"],
    ),
    (
        "In Kazakhstan stateless persons can apply for citizenship once they have lived there for five years.",
        ["20:According to the law, after five years of residence"],
    ),
    (
        "Turekulov arrived at the hospital in a coma and never recovered, according to doctors.",
        ["16:According to the doctors, Turekulov"],
    ),
    (
        "A police officer was sentenced to nine years for abuse of power and for inflicting grave injuries leading to negligent death.",
        ["16:On December 14, a Zhambyl", "16:He was sentenced to nine"],
    ),
    (
        "The Ministry of Defense seldom makes further information public because such cases are sensitive.",
        ["16:Due to the sensitivity"],
    ),
    ("KIBHR registered 115 torture complaints in the first half of 2016.", ["16:recorded 115 complaints of torture"]),
    (
        "PRI said four of the 350 registered torture investigations reached court in the first ten months of the year.",
        ["16:indicated four of the 350"],
    ),
    (
        "DNA tests showed that prison officer Ruslan Hakimov was the father of Slekishina's child.",
        ["16:DNA tests conducted"],
    ),
    (
        "Umarova, Slekishina's lawyer, insisted that three other officers be charged with rape too.",
        ["16:Slekishina’s lawyer, Aiman"],
    ),
    (
        "Authorities let 2,000 suspects out on bail while they awaited arrest authorization.",
        ["16:Authorities released on bail"],
    ),
    (
        "Human rights activists said that these rules were often ignored.",
        ["16:According to human rights activists, these procedures"],
    ),
    (
        "Defense attorneys reportedly took part in just half of criminal cases, partly because the government did not pay them properly or on time.",
        ["16:Defense attorneys, however, reportedly"],
    ),
    (
        "One judge was convicted of corruption in 2016, Supreme Court Chairman Kairat Mami said.",
        ["16:According to Supreme Court Chairman Kairat"],
    ),
    ('Amnesty International called Bokayev and Ayan "prisoners of conscience."', ["16:Amnesty International termed"]),
    ("Kozlov was freed on parole on August 19.", ["16:On August 19, opposition figure"]),
    ("The prime minister's appointment needs the confirmation of the Mazhilis.", ["16:The Mazhilis must confirm"]),
    (
        "Turnout was officially 77.2 percent, but ODIHR reported widespread ballot stuffing.",
        ["16:The official statistic for turnout"],
    ),
    (
        "To register, a party must hold a founding congress of at least 1,000 delegates.",
        ["16:In order to register, a political"],
    ),
    (
        "The Communist Party of Kazakhstan was closed by a court in August 2015 because it lacked the minimum number of members.",
        ["16:A court order in August 2015"],
    ),
    ("According to activists, deadly abuse in prisons was still frequent.", ["20:Activists noted that deadly"]),
    (
        "Police confirmed on October 19 that Orazaly had died at the police office in Makanchi.",
        ["20:On October 19, police confirmed"],
    ),
    (
        "Agadil's death in police custody on February 24 was seen by some human rights organizations as an unlawful killing.",
        ["20:Some human rights organizations also"],
    ),
    (
        "The Nur-Sultan Prosecutor's Office said on May 28 that it had closed its inquiry into Agadil's death because it found no signs of criminal acts.",
        ["20:On May 28, the Nur-Sultan"],
    ),
    (
        "Baktybayev's body was found in Atasu village in the Karaganda region in May 2019; he had been shot with a rifle.",
        ["20:In May 2019 the body"],
    ),
    (
        "Human rights activists said the definition of torture in domestic law did not comply with the UN Convention against Torture.",
        ["20:Human rights activists asserted the domestic"],
    ),
    (
        "Yerbolat Askarov got two and a half years' probation and may not work in prisons for three years.",
        ["20:On April 1, Yerbolat"],
    ),
    ("Ninety-nine written complaints were gathered by NPM representatives.", ["20:NPM representatives collected 99"]),
    (
        "Azimova said on August 1 that more people in custody had complained about insufficient health care during the lockdown.",
        ["20:On August 1, Human Rights Ombudsman"],
    ),
    ("In-person visits by relatives were banned.", ["20:After an order from the Ministry"]),
    (
        "Food served in prisons was past its expiration date, prisoners and former prisoners said.",
        ["20:Prisoners and former prisoners complained"],
    ),
    (
        "Voluntary assistants who are used to control other prisoners were highlighted as a problem in the NPM's 2018 report.",
        ["20:The NPM’s 2018 report"],
    ),
    (
        "Some advocates considered the PMCs ineffective, since they have no power to enforce anything.",
        ["20:Some advocates said"],
    ),
    (
        "Journalists and observers were not given access to the facility.",
        ["20:Journalists and human rights observers who tried"],
    ),
    (
        "A lawyer must be provided by the government to indigent suspects who are minors.",
        ["20:The law states that the government must provide"],
    ),
    ("A two-month arrest was authorized by the court.", ["20:The court authorized a two-month"]),
    ("The maximum sentence Tulesova could have received was three years.", ["20:(The maximum potential"]),
    (
        "Zakirova was sentenced to a year in prison on July 15 by the Medeu district court.",
        ["20:On July 15, the Medeu"],
    ),
    (
        "Ryskaliyev had been sentenced in absentia in 2019 to 17 years for leading an organized criminal group.",
        ["20:A long list of property"],
    ),
    ("Jury panels have ten jurors and a judge.", ["20:Jury trials are held"]),
    (
        "Izbasar made the attorney confess by force and threatened to arrest him.",
        ["20:Investigator Aset Izbasar forced"],
    ),
    (
        "Ibragimov, formerly managing director of BTA Bank, was extradited from the UAE in March.",
        ["20:In March Rustam"],
    ),
    ("Ilyashev was found guilty and given three years' probation on June 22.", ["20:On June 22, after holding"]),
    ("His appeal of September 15 failed.", ["20:On September 15, Iliyashev"]),
    (
        "Hasenov was convicted on April 30 and got three years of probation, 100 hours of compulsory labor a year and a fine of 41,670 tenge ($100).",
        ["20:On April 30, the Kazybek"],
    ),
    ("The media market was not transparent as to ownership.", ["20:The lack of transparency in media"]),
    ("Anonymous comments on media websites are prohibited.", ["20:Media law prohibits"]),
    ("The internet can be shut off by the cabinet without a court order.", ["20:The cabinet has the power"]),
    (
        "Foreigners had to register with the migration police if they stayed for more than five days.",
        ["20:The government required foreigners who remained"],
    ),
    ("All flights were halted at first and later gradually resumed.", ["20:All flights were stopped"]),
    ("A fine of 37,875 tenge ($98) is imposed on individuals who violate the law.", ["20:Violation of the law leads"]),
    ("195 officials were held criminally liable.", ["20:In addition to administrative and disciplinary"]),
    (
        "The court did not order confiscation, as it found no unlawfully obtained property.",
        ["20:The court did not rule on confiscation"],
    ),
    ("The government repeatedly refused to register Atajurt.", ["20:In recent years the government refused"]),
    ("Only lawyers with special clearance may work on state-secret cases.", ["16:The law allows only lawyers"]),
    ("Defendants enjoy the presumption of innocence.", ["16:All defendants enjoy"]),
    (
        "Parties had to hand over members' personal data in order to register.",
        ["16:Political parties must register members"],
    ),
    (
        "Seven parties were registered, but one of them was defunct.",
        ["16:There were seven political parties", "16:One party remained registered"],
    ),
    ("Military hazing caused deaths, suicides and serious injuries.", ["16:Military hazing led"]),
    (
        "Private Urazgaliyev of Army Unit 32363 died in hospital on September 28 following a disagreement with his commander, Sergeant Ramadin, who allegedly struck him on the head.",
        ["16:On September 28, Private"],
    ),
    (
        "Some observers felt that NPM staff were not knowledgeable or trained enough to recognize torture.",
        ["16:Some observers commented that NPM"],
    ),
    (
        "The NPM belongs to the Office of the Human Rights Ombudsman, so it is not independent from the government.",
        ["16:The NPM is part of the Office"],
    ),
    ("Suspects were often beaten in transit or at police stations.", ["16:Suspects often were beaten"]),
    (
        "Torture charges should be added as well, Umarova argued, because other officers knew of the crime and did not stop it.",
        ["16:Umarova argued that other"],
    ),
    (
        "In 2016 there were 54 registered cases of civil disobedience by prisoners, according to the Prosecutor General's Office.",
        ["16:54 cases of civil disobedience"],
    ),
    (
        "Activists noted that the alternative sentences introduced by the 2015 criminal code were not implemented effectively.",
        ["16:The 2015 criminal code introduced alternative"],
    ),
    (
        "Within three hours of an arrest the investigator has to put in writing the reason for it.",
        ["16:Within three hours"],
    ),
    (
        "Judges approved the great majority of prosecutors' warrant requests.",
        ["16:Although the judiciary has the authority"],
    ),
    (
        "Two judges were fired and 32 disciplined in the first ten months of the year, President Nazarbayev said.",
        ["16:President Nazarbayev indicated"],
    ),
    ("Neither Bokayev nor Ayan committed acts of violence during the peaceful protests.", ["16:At no point during"]),
    ("Independent media faced severe limits in 2020.", ["20:Independent media were severely limited"]),
    (
        "Omarova was dragged out of the building by a guard who also took her smartphone.",
        ["20:While waiting for a representative"],
    ),
    (
        "The law makes it a crime to disclose information on the first president's health, finances or private life.",
        ["20:The law criminalizes the release"],
    ),
    (
        "Authorities denied that they were involved in blocking kuresker.org.",
        ["20:In response to requests for an explanation"],
    ),
    (
        "President Tokayev signed a law on peaceful assembly on May 25.",
        ["20:On May 25, President Tokayev signed the law"],
    ),
    ("Hundreds of protesters were detained, activists claimed.", ["20:Activists claimed that hundreds"]),
    (
        "At least 43 people were temporarily detained in connection with the September 25 event, according to social media posts and news sources.",
        ["20:Social media posts and news sources"],
    ),
    ("The state of emergency lasted from March 16 to May 11.", ["20:A state of emergency was declared"]),
    (
        "People could leave home only for groceries or medicine within 1.2 miles during the strictest lockdown.",
        ["20:During the most stringent lockdown"],
    ),
    ("Exit visas were not required for temporary travel abroad.", ["20:The government did not require exit visas"]),
    (
        "Berdiyev, an Uzbek opposition activist, was extradited to Uzbekistan on August 17.",
        ["20:On August 17, authorities extradited"],
    ),
    ("His application for refugee status was turned down by the government.", ["20:When he was in custody"]),
    ("Refugee status is valid for a year and has to be renewed annually.", ["20:Refugee status lasts"]),
    (
        "The government does not recognize Chechens as refugees, in line with the Minsk Convention.",
        ["20:Consistent with the Minsk"],
    ),
    (
        "Tokayev took 70.96 percent of the vote in the June 2019 presidential election.",
        ["20:Thereafter, the government", "20:Out of seven presidential"],
    ),
    (
        "The ruling Nur Otan Party took 84 seats, while Ak Zhol and the Communist People's Party took seven each.",
        ["20:The ruling Nur Otan Party won"],
    ),
    (
        "The DCK was banned as an extremist organization in 2018 by the Yesil district court.",
        ["20:In 2018 the Yesil district court"],
    ),
    (
        "Corruption was widespread in the police and the courts, according to human rights NGOs.",
        ["20:Corruption was widespread in the executive"],
    ),
    (
        "The government recorded 2,140 corruption crimes in the first nine months of 2020.",
        ["20:During the first nine months"],
    ),
    ("Bilash called the charges unlawful and denied them.", ["20:Bilash denied the charges"]),
    (
        "International media reported that Bilash had left the country in September and lived in Turkey.",
        ["20:In December international media"],
    ),
    (
        "The ombudsman is elected by the Senate for five years on the president's recommendation.",
        ["20:The Commissioner on Human Rights (Ombudsman)"],
    ),
    (
        "The commission on human rights has no legal power to remedy violations.",
        ["20:The commission does not have legal authority"],
    ),
]
"""Statement, and a piece of each sentence that it cites after the last digits of its edition."""

UNSUPPORTED = [
    (
        "The investigation was completed and the suspects were convicted.",
        ["20:The investigation was completed and submitted"],
    ),
    (
        "Ombudsman Azimova said complaints about health care fell during the lockdown.",
        ["20:On August 1, Human Rights Ombudsman"],
    ),
    (
        "Prison officials were brought to justice for torture and received heavy punishment.",
        ["20:Cases of prison officers"],
    ),
    ("Prayer is forbidden in prisons.", ["20:According to the NPM, prayer"]),
    ("Prayers are allowed at nighttime.", ["20:Prayers are not allowed"]),
    ("The PMCs have enforcement powers but do not use them.", ["20:Some advocates said that the PMCs"]),
    ("Authorities ended their pressure on Elena Semyonova.", ["20:Authorities continued pressure on activist Elena"]),
    ("Courts rejected the authorities' suits against Semyenova.", ["20:In July courts issued rulings"]),
    ("Homeless citizens chose to move to the tent facility.", ["20:The nongovernmental organization (NGO) Kazakhstan"]),
    ("Journalists were allowed to visit the facility.", ["20:Journalists and human rights observers who tried"]),
    ("Suspects of grave crimes may be released on bail.", ["20:Bail is not available"]),
    (
        "Defendants may choose their counsel freely even where state secrets are involved.",
        ["20:Defendants are barred from"],
    ),
    ("The judiciary was independent of the executive branch.", ["20:According to the NGO Freedom House’s"]),
    ("The Supreme Court rejected the Prosecutor General's petition.", ["20:The Supreme Court approved"]),
    (
        "Bergey Ryskaliyev, the prosecutor general, submitted a petition to the Supreme Court.",
        ["20:On May 21, Prosecutor General"],
    ),
    ("More judges were disciplined in 2018 than in 2019.", ["20:According to the 2019 report"]),
    ("Judge Maxuta was dismissed for ineptitude.", ["20:Supreme Court Judge Yelena"]),
    ("Ospanova paid a bribe to a judge.", ["20:On July 29, the Auezov"]),
    ("Attorneys dominated trials while prosecutors played a minor role.", ["20:According to observers, prosecutors"]),
    ("Kushkinov threatened Izbasar's supervisor with arrest.", ["20:Izbasar’s supervisor then threatened"]),
    (
        "Courts generally investigated allegations that confessions had been obtained by torture.",
        ["20:Courts generally ignored allegations by defendants that officials obtained confessions through"],
    ),
    ("Bokayev was released at the end of the year.", ["20:Although the UN Working Group"]),
    ("Ibragimov illegally transferred money from BTA Bank abroad.", ["20:As an alleged associate"]),
    ("France denied asylum to Mukhtar Ablyazov.", ["20:On September 29, France"]),
    (
        "The Italian officers received lower sentences than prosecutors had asked for.",
        ["20:The court did not provide a full"],
    ),
    ("Alma and Alua flew to Kazakhstan voluntarily.", ["20:While Ablyazov was not home"]),
    ("Akhmet was extradited to Kazakhstan.", ["20:The Supreme Court’s decision made possible"]),
    ("NGOs called on Ukraine to extradite Akhmet.", ["20:The Open Dialogue Foundation"]),
    ("Courts may issue an immediate injunction to stop an infringement.", ["20:Courts may hear an appeal"]),
    ("The amendments firmly protect personal data.", ["20:According to critics, the law did not firmly"]),
    ("The KNB said the certificate rollout would be permanent.", ["20:On December 7, the KNB"]),
    ("Users could not access most foreign-hosted sites.", ["20:While users were able to access"]),
    ("Kobeisinov sued the local police chief for defamation.", ["20:The case was initiated"]),
    ("Abishev supported the DCK.", ["20:Abishev, who denied any connection"]),
    ("All media outlets must broadcast only local programs.", ["20:The law limits the broadcast of foreign"]),
    ("Omarova attacked the guard and seized his smartphone.", ["20:While waiting for a representative"]),
    ("Libel is punished by prison under the amendments of June 27.", ["20:On June 27, the president signed"]),
    (
        "The government ordered internet cafes to close.",
        ["20:The government implemented regulations on internet access"],
    ),
    ("The government admitted it was behind the blocking of websites.", ["20:In several cases the government denied"]),
    ("Panorama.pub published a true story about Nazarbayev's blood.", ["20:The website panorama.pub was blocked"]),
    ("The Almaty city court granted Aset Abishev's appeal.", ["20:On February 13, the Almaty city court"]),
    ("Spontaneous gatherings are allowed.", ["20:The law states all gatherings"]),
    ("Refugees must be granted Kazakhstani citizenship after five years.", ["20:Some refugees received permanent"]),
    ("Berdiyev was granted refugee status.", ["20:When he was in custody"]),
    ("Chechens are recognized as refugees by the government.", ["20:Consistent with the Minsk"]),
    ("Hakimov was acquitted after DNA tests cleared him.", ["16:DNA tests conducted", "16:On September 30, Hakimov"]),
    ("Slekishina decided to press charges.", ["16:Slekishina, who faced"]),
    ("Orazaly died because police beat him.", ["20:Later that same day"]),
    (
        "Two independent doctors found evidence that Agadil's death was forced.",
        ["20:After human rights activists demanded"],
    ),
    (
        "Police closed the investigation into Agadil's death after finding evidence of criminal acts.",
        ["20:On May 28, the Nur-Sultan"],
    ),
    ("The NPM reported that 23 criminal cases were registered.", ["20:The NPM reported that 121"]),
    ("Prison administrators denied beating the prisoners.", ["20:Prisoners stated that the soldiers"]),
    (
        "All prisons blocked the PMCs from carrying out their mandate.",
        ["20:Human rights advocates noted that some prisons"],
    ),
    ("Police must hold every detainee for 48 hours.", ["20:The law allows police to hold"]),
    ("The court granted Tulesova bail.", ["20:The court also denied her bail"]),
    ("The government blocked kuresker.org on the basis of a court decision.", ["20:Kuresker.org is not included"]),
    ("Kozlov, leader of Alga, was convicted of inciting social discord and murder.", ["16:Kozlov had been convicted"]),
    ("The parties generally opposed President Nazarbayev's policies.", ["16:The parties generally did not"]),
    ("Zakirova ordered a court to pay restitution to a Nur Otan member.", ["20:Zakirova had been ordered"]),
    (
        "The ombudsman is elected by the president for a five-year term.",
        ["20:The Commissioner on Human Rights (Ombudsman)"],
    ),
    ("In 2020 refugees were granted permanent residency automatically.", ["20:Some refugees received permanent"]),
    ("Government officials were always cooperative.", ["20:Government officials often were unco"]),
]


def _withheld(statement, cites):
    places = []
    for cite in cites:
        edition, _, piece = cite.partition(":")
        places.append(next((p, i) for p, i in PLACES if p.report.endswith(edition) and piece in p.sentence(i)))
    return DeterministicGuard().check(Draft(statement, tuple(places)), INFOS)


@pytest.mark.parametrize(("statement", "cites"), SUPPORTED, ids=[case[0][:50] for case in SUPPORTED])
def test_what_the_sentences_say_is_shown(statement, cites):
    assert _withheld(statement, cites) is None


@pytest.mark.parametrize(("statement", "cites"), UNSUPPORTED, ids=[case[0][:50] for case in UNSUPPORTED])
def test_what_they_do_not_say_is_withheld(statement, cites):
    assert _withheld(statement, cites) is not None
