/// Starting a session, ids, time, server log level, authentication.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum SessionMessages {
    static let text = #"""
        message reqIds toGateway 8 legacyVersion 1 protobuf IdsRequest protobufSince 213 evidence verified
          numIds int  -- ignored

        message setServerLogLevel toGateway 14 legacyVersion 1 protobuf SetServerLogLevelRequest protobufSince 213 evidence verified
          logLevel int

        message reqManagedAccts toGateway 17 legacyVersion 1 protobuf ManagedAccountsRequest protobufSince 207 evidence recorded

        message reqCurrentTime toGateway 49 legacyVersion 1 protobuf CurrentTimeRequest protobufSince 213 evidence recorded

        message verifyRequest toGateway 65 legacyVersion 1 protobuf VerifyRequest protobufSince 213 evidence source
          apiName string
          apiVersion string

        message verifyMessage toGateway 66 legacyVersion 1 protobuf VerifyMessageRequest protobufSince 213 evidence source
          apiData string

        message startApi toGateway 71 legacyVersion 2 protobuf StartApiRequest protobufSince 213 evidence verified
          clientId int role client
          optionalCapabilities string

        message verifyAndAuthRequest toGateway 72 legacyVersion 1 evidence source
          apiName string
          apiVersion string
          opaqueIsvKey string

        message verifyAndAuthMessage toGateway 73 legacyVersion 1 evidence source
          apiData string
          xyzResponse string

        message reqUserInfo toGateway 104 since 167 protobuf UserInfoRequest protobufSince 212 evidence recorded
          reqId int role request

        message reqCurrentTimeInMillis toGateway 105 since 197 protobuf CurrentTimeInMillisRequest protobufSince 213 evidence recorded

        message error toClient 4 legacyVersion 2 legacyUntil 193 protobuf ErrorMessage protobufSince 201 evidence recorded
          reqId int role request  -- -1 when not tied to a request/order
          errorCode int
          errorString string escapedSince 153
          advancedOrderRejectJson string since 166 escapedSince 166  -- empty string when none
          errorTime long since 194 role time  -- epoch milliseconds

        message nextValidId toClient 9 legacyVersion 1 protobuf NextValidId protobufSince 213 evidence recorded
          orderId int role order

        message managedAccounts toClient 15 legacyVersion 1 protobuf ManagedAccounts protobufSince 207 evidence recorded
          accountsList string role account  -- comma separated; FA logins list ends with a trailing comma on real servers

        message currentTime toClient 49 legacyVersion 1 protobuf CurrentTime protobufSince 213 evidence recorded
          time long role time  -- epoch seconds

        message verifyMessageAPI toClient 65 legacyVersion 1 protobuf VerifyMessageApi protobufSince 213 evidence source
          apiData string

        message verifyCompleted toClient 66 legacyVersion 1 protobuf VerifyCompleted protobufSince 213 evidence source
          isSuccessful string  -- text "true"/"false"; the official Python client hands the raw string over; ib_* would need 0/1
          errorText string

        message verifyAndAuthMessageAPI toClient 69 legacyVersion 1 evidence source
          apiData string
          xyzChallange string

        message verifyAndAuthCompleted toClient 70 legacyVersion 1 evidence source
          isSuccessful string
          errorText string

        message userInfo toClient 107 since 167 protobuf UserInfo protobufSince 212 evidence recorded
          reqId int role request
          whiteBrandingId string

        message currentTimeInMillis toClient 109 since 197 protobuf CurrentTimeInMillis protobufSince 213 evidence recorded
          timeInMillis long
        """#
}
