"""What eight complaints sound like in five languages: two sentences each, invented."""

SENTENCES: dict[str, dict[str, list[str]]] = {
    "late": {
        "en": [
            "My parcel was due last Tuesday and there is still no sign of it.",
            "Ten days late and the courier has not even picked up my order.",
        ],
        "pl": [
            "Paczka miała być we wtorek, a dalej jej nie ma.",
            "Zamówienie spóźnia się już dziesięć dni, kurier go nawet nie odebrał.",
        ],
        "lt": [
            "Siunta turėjo atvykti antradienį, o jos vis dar nėra.",
            "Užsakymas vėluoja jau dešimt dienų, kurjeris jo net nepaėmė.",
        ],
        "he": [
            "החבילה הייתה אמורה להגיע ביום שלישי ועדיין אין לה זכר.",
            "ההזמנה מאחרת כבר עשרה ימים והשליח אפילו לא אסף אותה.",
        ],
        "zh": ["包裹應該上週二到，到現在還沒收到。", "訂單已經晚了十天，快遞連取件都還沒有。"],
    },
    "broken": {
        "en": [
            "The kettle arrived with a cracked lid and a broken handle.",
            "Opened the box and the glass jug was shattered.",
        ],
        "pl": [
            "Czajnik przyszedł z pękniętą pokrywką i złamanym uchwytem.",
            "Otwieram pudełko, a szklany dzbanek jest rozbity.",
        ],
        "lt": [
            "Virdulys atkeliavo su įskilusiu dangteliu ir sulūžusia rankena.",
            "Atidariau dėžę, o stiklinis ąsotis sudužęs.",
        ],
        "he": ["הקומקום הגיע עם מכסה סדוק וידית שבורה.", "פתחתי את הקופסה וכד הזכוכית היה מנופץ."],
        "zh": ["水壺送來時蓋子裂了，把手也斷了。", "打開盒子，玻璃壺已經碎了。"],
    },
    "refund": {
        "en": [
            "You promised my money back three weeks ago and I have not seen a cent.",
            "Still waiting for the refund of my cancelled order.",
        ],
        "pl": [
            "Trzy tygodnie temu obiecaliście zwrot pieniędzy i nic nie przyszło.",
            "Wciąż czekam na zwrot pieniędzy za anulowane zamówienie.",
        ],
        "lt": [
            "Prieš tris savaites žadėjote grąžinti pinigus, o aš negavau nė cento.",
            "Vis dar laukiu pinigų grąžinimo už atšauktą užsakymą.",
        ],
        "he": ["הבטחתם להחזיר לי את הכסף לפני שלושה שבועות ולא ראיתי שקל.", "עדיין מחכה להחזר כספי על ההזמנה שבוטלה."],
        "zh": ["三週前就說要退款，到現在一毛錢都沒拿到。", "取消的訂單還在等退款。"],
    },
    "rude": {
        "en": [
            "The man at the counter was rude and laughed at my question.",
            "Never met staff this unfriendly, the waitress rolled her eyes at us.",
        ],
        "pl": [
            "Pan przy kasie był niegrzeczny i śmiał się z mojego pytania.",
            "Tak niemiłej obsługi jeszcze nie widziałam, kelnerka przewracała oczami.",
        ],
        "lt": [
            "Vyras prie kasos buvo nemandagus ir juokėsi iš mano klausimo.",
            "Tokio nemalonaus personalo dar nesutikau, padavėja vartė akis.",
        ],
        "he": ["האיש בדלפק היה גס רוח וצחק על השאלה שלי.", "לא פגשתי צוות כל כך לא נחמד, המלצרית גלגלה עיניים."],
        "zh": ["櫃台的先生很沒禮貌，還嘲笑我的問題。", "沒遇過這麼不友善的店員，服務生還對我們翻白眼。"],
    },
    "app": {
        "en": [
            "The app crashes every time I try to log in since the update.",
            "Cannot open the app any more, it freezes on the login screen.",
        ],
        "pl": [
            "Po aktualizacji aplikacja zawiesza się przy każdym logowaniu.",
            "Nie mogę otworzyć aplikacji, zacina się na ekranie logowania.",
        ],
        "lt": [
            "Po atnaujinimo programėlė nulūžta kaskart, kai bandau prisijungti.",
            "Nebegaliu atidaryti programėlės, ji užstringa prisijungimo ekrane.",
        ],
        "he": [
            "מאז העדכון האפליקציה קורסת בכל פעם שאני מנסה להתחבר.",
            "אי אפשר לפתוח את האפליקציה, היא נתקעת במסך הכניסה.",
        ],
        "zh": ["更新之後 App 每次登入就閃退。", "App 打不開，一直卡在登入畫面。"],
    },
    "price": {
        "en": [
            "They raised the price again, it is far too expensive now.",
            "Eight euros for a small cup? Way overpriced.",
        ],
        "pl": [
            "Znowu podnieśli cenę, teraz jest o wiele za drogo.",
            "Trzydzieści złotych za mały kubek? Zdecydowanie za drogo.",
        ],
        "lt": ["Vėl pakėlė kainą, dabar per brangu.", "Aštuoni eurai už mažą puodelį? Gerokai per brangu."],
        "he": ["שוב העלו את המחיר, עכשיו זה יקר מדי.", "שלושים שקל על כוס קטנה? מחיר מופקע."],
        "zh": ["又漲價了，現在實在太貴。", "小小一杯要兩百塊？價格太誇張了。"],
    },
    "hotline": {
        "en": [
            "Two hours on hold and nobody at customer service picks up the phone.",
            "I have called your hotline five times and no one answers.",
        ],
        "pl": [
            "Dwie godziny na linii i nikt w obsłudze klienta nie odbiera telefonu.",
            "Dzwoniłem na infolinię pięć razy i nikt nie odpowiada.",
        ],
        "lt": [
            "Dvi valandas laukiu linijoje, klientų aptarnavime niekas nekelia ragelio.",
            "Penkis kartus skambinau jūsų pagalbos linija ir niekas neatsako.",
        ],
        "he": ["שעתיים על הקו ואף אחד בשירות הלקוחות לא עונה לטלפון.", "התקשרתי למוקד חמש פעמים ואין מענה."],
        "zh": ["客服電話等了兩個小時都沒人接。", "打了五次客服專線，完全沒人回應。"],
    },
    "wrong": {
        "en": [
            "I ordered a blue shirt in M and got a red one in XL.",
            "Wrong product in the box, this is not the model I ordered.",
        ],
        "pl": [
            "Zamówiłam niebieską koszulę M, a dostałam czerwoną XL.",
            "W pudełku zły produkt, to nie ten model, który zamówiłem.",
        ],
        "lt": [
            "Užsakiau mėlynus M dydžio marškinius, o gavau raudonus XL.",
            "Dėžėje ne ta prekė, tai ne tas modelis, kurį užsakiau.",
        ],
        "he": ["הזמנתי חולצה כחולה במידה M וקיבלתי אדומה במידה XL.", "מוצר לא נכון בקופסה, זה לא הדגם שהזמנתי."],
        "zh": ["我訂的是藍色M號襯衫，卻收到紅色XL。", "盒子裡的東西不對，不是我訂的型號。"],
    },
}
