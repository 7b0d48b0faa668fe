/// The protobuf types of this area: starting a session, ids, time, server log level, authentication.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum SessionTypes {
    static let text = #"""
        type IdsRequest
          1 numIds int32

        type SetServerLogLevelRequest
          1 logLevel int32

        type ManagedAccountsRequest

        type CurrentTimeRequest

        type VerifyRequest
          1 apiName string
          2 apiVersion string

        type VerifyMessageRequest
          1 apiData string

        type StartApiRequest
          1 clientId int32 role client
          2 optionalCapabilities string

        type UserInfoRequest
          1 reqId int32 role request

        type CurrentTimeInMillisRequest

        type ErrorMessage
          1 id int32 as reqId role request
          2 errorTime int64 role time
          3 errorCode int32
          4 errorMsg string as errorString
          5 advancedOrderRejectJson string

        type NextValidId
          1 orderId int32 role order

        type ManagedAccounts
          1 accountsList string role account

        type CurrentTime
          1 currentTime int64 as time role time

        type VerifyMessageApi
          1 apiData string

        type VerifyCompleted
          1 isSuccessful bool words false|true
          2 errorText string

        type UserInfo
          1 reqId int32 role request
          2 whiteBrandingId string

        type CurrentTimeInMillis
          1 currentTimeInMillis int64 as timeInMillis
        """#
}
